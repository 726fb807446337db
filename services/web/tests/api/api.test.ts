import { expect, test } from "vitest";
import { addressOf } from "../../src/api/api";

test("places of an address are filled in, and cannot lead anywhere else", () => {
  expect(addressOf("/api/v1/salons/{salon_id}", { path: { salon_id: "../accounts?x=1" } })).toBe(
    "/api/v1/salons/..%2Faccounts%3Fx%3D1",
  );
});

test("what is null or missing is not asked for", () => {
  const query = { cursor: null, limit: 5, from: undefined };

  expect(addressOf("/api/v1/bookings", { query })).toBe("/api/v1/bookings?limit=5");
  expect(addressOf("/api/v1/bookings", {})).toBe("/api/v1/bookings");
});
