import { expect, test } from "vitest";
import type { Api } from "../../src/api/api";

/** Never called: that it passes the type check, errors and all, is the test. */
async function asked(api: Api): Promise<number> {
  const salon = await api.get("/api/v1/salons/{salon_id}", { path: { salon_id: 1 } });
  await api.post("/queue/v1/events/{event_id}/ticket", { path: { event_id: "e" }, body: {} });

  // @ts-expect-error no such address
  await api.get("/api/v1/salon", {});
  // @ts-expect-error nothing is posted there
  await api.post("/api/v1/salons/{salon_id}", { path: { salon_id: 1 } });
  // @ts-expect-error which one?
  await api.get("/api/v1/salons/{salon_id}", {});
  // @ts-expect-error no such parameter
  await api.get("/api/v1/salons", { query: { curser: null } });
  // @ts-expect-error a booking needs a time
  await api.post("/api/v1/bookings", { body: { groomer_id: 1, treatment_id: 2, dog_size: "small" } });
  // @ts-expect-error no such field in the answer
  salon.title.length;

  return salon.treatments[0]?.prices.small ?? 0;
}

test("what the documents do not know does not pass the type check", () => {
  expect(asked).toBeTypeOf("function");
});
