// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { who } from "../../src/api/client";
import { forgetOthers, newQueryClient } from "../../src/api/queries";
import type { Account, Booking } from "../../src/api/types";
import { Page } from "../../src/app/Page";
import { fakeMain, type Request } from "../harness/fake-main";

const mina: Account = {
  id: 1,
  email: "mina@example.test",
  email_confirmed: true,
  has_password: true,
  name: "미나",
  role: "customer",
};
const jun: Account = {
  id: 2,
  email: "jun@example.test",
  email_confirmed: true,
  has_password: true,
  name: "준",
  role: "customer",
};

function bookingOf({ id, name }: Account): Booking {
  const starts_at = "2099-03-01T10:00:00+09:00";
  const named = { id: 1, name: `${name}의 살롱` };
  return {
    id: `b${id}`,
    state: "confirmed",
    status: "confirmed",
    treatments: [],
    dog_size: "small",
    salon: named,
    groomer: named,
    treatment: named,
    starts_at,
    ends_at: starts_at,
    price: 1,
    cancellation_terms: [],
    cancellation_fee: null,
    sequence: 0,
  };
}

/** Whose the cookies are: what all tabs of this browser share. */
let session: Account | null;
let asked: Request[];
const queries = newQueryClient();
who.subscribe(() => forgetOthers(queries, who.id));

function asMain(answer: (account: Account) => object) {
  return ({ headers }: Request): object | number => {
    if (session === null) return 401;
    const behalf = headers.get("Salon-Account");
    return behalf !== null && behalf !== String(session.id) ? 409 : answer(session);
  };
}

beforeEach(async () => {
  session = mina;
  document.cookie = "csrftoken=t";
  window.history.replaceState(null, "", "/bookings");
  asked = fakeMain({
    "GET /api/v1/accounts/me": asMain((account) => account),
    "GET /api/v1/bookings": asMain((account) => ({ items: [bookingOf(account)], next: null })),
    "POST /api/v1/bookings/b1/cancel": asMain((account) => ({ ...bookingOf(account), status: "cancelled" })),
    "GET /api/v1/notifications": asMain(() => ({ items: [], next: null, unread: 0 })),
    "DELETE /api/v1/sessions": asMain(() => ({})),
    "POST /api/v1/sessions/refresh": () => 401,
  });
  act(() => who.ask());
  render(<Page queries={queries} />);
  await screen.findByText("미나의 살롱");
});
afterEach(() => {
  cleanup();
  queries.clear();
  vi.unstubAllGlobals();
});

/** Another tab signs somebody in or out, and leaves its mark. */
function inAnotherTab(account: Account | null): void {
  session = account;
  const mark = account === null ? "" : String(account.id);
  localStorage.setItem("salon.signed-in", mark);
  window.dispatchEvent(new StorageEvent("storage", { key: "salon.signed-in", newValue: mark }));
}

test("when somebody else signs in elsewhere, the page shows that person's things and says so", async () => {
  act(() => inAnotherTab(jun));

  await screen.findByText("준의 살롱");
  expect(screen.queryByText("미나의 살롱")).toBeNull();
  expect(screen.getByTestId("followed").textContent).toContain("준");
  expect(
    JSON.stringify(
      queries
        .getQueryCache()
        .getAll()
        .map(({ state }) => state.data),
    ),
  ).not.toContain("미나");
});

test("a page that has not heard of it does nothing as the second, and follows the refusal", async () => {
  session = jun; // without a mark: a browser that keeps nothing

  fireEvent.click(screen.getByTestId("cancel-booking"));
  fireEvent.click(screen.getByTestId("cancel-booking-yes"));

  await screen.findByText("준의 살롱");
  const acts = asked.filter(({ method }) => method === "POST");
  expect(acts.map(({ path, headers }) => [path, headers.get("Salon-Account")])).toEqual([
    ["/api/v1/bookings/b1/cancel", "1"],
  ]);
});

test("signing out elsewhere takes what is personal off this page", async () => {
  act(() => inAnotherTab(null));

  await screen.findByTestId("sign-in-first");
  expect(screen.queryByText("미나의 살롱")).toBeNull();
  expect(screen.queryByTestId("sign-out")).toBeNull();
});

test("signing out here leaves a mark for the others", async () => {
  fireEvent.click(screen.getByTestId("sign-out"));

  await waitFor(() => expect(localStorage.getItem("salon.signed-in")).toBe(""));
});

test("a session that was ended by the server shows the way in", async () => {
  session = null;

  fireEvent.click(screen.getByTestId("cancel-booking"));
  fireEvent.click(screen.getByTestId("cancel-booking-yes"));

  await screen.findByTestId("sign-in-first");
  expect(screen.queryByText("미나의 살롱")).toBeNull();
});
