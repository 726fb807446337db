import { expect, test } from "vitest";
import type { CouponEvent, LineStatus } from "../../src/api/types";
import { eventNow } from "../../src/features/coupons/event-state";

const AT = Date.parse("2026-03-01T12:00:00+09:00");
const event: CouponEvent = {
  id: "e",
  title: "Spring",
  quantity: 10,
  discount_won: 1000,
  opens_at: "2026-03-01T12:00:00+09:00",
  closes_at: "2026-03-01T13:00:00+09:00",
  state: "published",
  phase: "open",
  paused: false,
  line_order: "fifo",
  order_commitment: null,
  rehearsal: false,
  needs_confirmed_email: false,
  needs_account_before: null,
  needs_dog: false,
};
const status: LineStatus = {
  state: "open",
  serving: 0,
  waiting: 0,
  stock_left: 10,
  issued: 0,
  opens_at: event.opens_at,
  closes_at: event.closes_at,
};

test("the clock opens an event to the second, though the line's word is older", () => {
  const early = { ...status, state: "not-open" as const };

  expect(eventNow(event, early, AT - 1).state).toBe("not-open");
  expect(eventNow(event, early, AT).state).toBe("open");
});

test("an operator who opens early or pauses is believed by way of the line", () => {
  const opened = { ...status, opens_at: "2026-03-01T11:00:00+09:00" };

  expect(eventNow(event, opened, AT - 60_000)).toMatchObject({ state: "open", opensAt: opened.opens_at });
  expect(eventNow(event, { ...status, state: "paused" }, AT).state).toBe("paused");
  expect(eventNow({ ...event, paused: true }, status, AT).state).toBe("open");
});

test("sold out and closed are said by the line, and closing time by the clock", () => {
  expect(eventNow(event, { ...status, state: "sold-out" }, AT).state).toBe("sold-out");
  expect(eventNow(event, { ...status, state: "closed" }, AT).state).toBe("closed");
  expect(eventNow(event, null, AT + 3_600_000).state).toBe("closed");
});

test("without the line's word, main's document is what there is", () => {
  expect(eventNow({ ...event, paused: true }, null, AT).state).toBe("paused");
  expect(eventNow({ ...event, state: "draft" }, null, AT).state).toBe("draft");
});

test("a lottery is being drawn from its hour on, until the line says that it is open", () => {
  const lottery: CouponEvent = {
    ...event,
    phase: "not-open",
    line_order: "lottery",
    order_commitment: "c".repeat(64),
  };
  const states = (["not-open", "drawing", "open", "paused"] as const).map((state) => {
    return eventNow(lottery, { ...status, state }, AT).state;
  });

  expect(eventNow(lottery, null, AT - 1).state).toBe("not-open");
  expect(states).toEqual(["drawing", "drawing", "open", "paused"]);
});

test("a drop of which everything is issued is sold out, for whoever looks at the list and never asks the line", () => {
  const finished: CouponEvent = { ...event, phase: "sold-out" };

  expect(eventNow(finished, null, AT + 60_000).state).toBe("sold-out");
  expect(eventNow({ ...finished, line_order: "lottery" }, null, AT + 60_000).state).toBe("sold-out");
  expect(eventNow({ ...finished, state: "closed" }, null, AT + 7_200_000).state).toBe("sold-out");
});

test("a lottery that main knows to be drawn is not being drawn", () => {
  const lottery: CouponEvent = { ...event, line_order: "lottery", order_commitment: "c".repeat(64) };

  expect(eventNow({ ...lottery, phase: "open" }, null, AT + 60_000).state).toBe("open");
  expect(eventNow({ ...lottery, phase: "paused", paused: true }, null, AT + 60_000).state).toBe("paused");
  expect(eventNow({ ...lottery, phase: "drawing" }, null, AT + 60_000).state).toBe("drawing");
});
