// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Salon } from "../../src/api/types";
import { BookingForm } from "../../src/features/bookings/BookingForm";
import { fakeMain, type Request } from "../harness/fake-main";
import { rendered } from "../harness/rendered";

const salon: Salon = {
  id: 1,
  name: "몽실",
  region: "서울",
  address: "",
  summary: "",
  cancellation_policy: [],
  prepayment: false,
  latitude: null,
  longitude: null,
  cover: null,
  next_free_at: null,
  rating: null,
  groomers: [{ id: 3, name: "하늘" }],
  treatments: [
    {
      id: 5,
      name: "목욕",
      kind: "bath",
      prices: { small: 1, medium: 2, large: 3 },
      minutes: { small: 1, medium: 2, large: 3 },
    },
  ],
  time_zone: "Asia/Seoul",
  opening_hours: [],
  breaks: [],
  closed_days: [],
};

let asked: Request[];

/** An evening in Seoul, read on a device whose own day is another one. */
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-03-01T23:59:30+09:00") });
  asked = fakeMain({
    "GET /api/v1/groomers/3/slots": ({ query }) => ({
      items: [{ starts_at: `${query.get("from")}T23:59:45+09:00`, ends_at: `${query.get("from")}T23:59:59+09:00` }],
    }),
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

/** The days as they are offered: number, name, and a mark at the chosen one. */
function days(): string[] {
  return screen.getAllByTestId("day").map((day) => {
    const [number, name] = [...day.querySelectorAll(".tile > *")].map((part) => part.textContent);
    return `${number} ${name}${within(day).getByRole<HTMLInputElement>("radio").checked ? " *" : ""}`;
  });
}

const daysAskedFor = () => asked.map(({ query }) => query.get("from"));

test("today and tomorrow move on at midnight in a page that is left open", async () => {
  rendered(<BookingForm salon={salon} />);
  await pass(100);
  expect(days().slice(0, 3)).toEqual(["1 오늘 *", "2 내일", "3 화"]);

  await pass(31_000);

  expect(days().slice(0, 3)).toEqual(["2 오늘 *", "3 내일", "4 수"]);
  expect(days()).toHaveLength(14);
  expect(daysAskedFor()).toEqual(["2026-03-01", "2026-03-02"]);
});

test("a day that was chosen stays chosen over midnight, until it has passed itself", async () => {
  rendered(<BookingForm salon={salon} />);
  await pass(100);
  fireEvent.click(within(screen.getAllByTestId("day")[1]!).getByRole("radio"));

  await pass(31_000);
  expect(days()[0]).toBe("2 오늘 *");
  await pass(86_400_000);

  expect(days()[0]).toBe("3 오늘 *");
});

test("a machine that slept through midnight shows the new day when it wakes", async () => {
  rendered(<BookingForm salon={salon} />);
  await pass(100);

  // Its timers did not run: only the clock has moved.
  vi.setSystemTime(Date.parse("2026-03-04T08:00:00+09:00"));
  act(() => void document.dispatchEvent(new Event("visibilitychange")));

  expect(days()[0]).toBe("4 오늘 *");
});

test("a time that has passed while the page was open is not offered, and not booked", async () => {
  vi.setSystemTime(Date.parse("2026-03-01T23:59:00+09:00"));
  rendered(<BookingForm salon={salon} />);
  await pass(100);
  fireEvent.click(within(screen.getByTestId("slot")).getByRole("radio"));

  await pass(50_000);
  act(() => void document.dispatchEvent(new Event("visibilitychange")));

  expect(screen.queryByTestId("slot")).toBeNull();
  expect(screen.queryByText(/1일.*23:59/)).toBeNull();
});
