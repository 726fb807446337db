import { beforeEach, expect, test } from "vitest";
import { Problem } from "../../src/api/problem";
import type { Account } from "../../src/api/types";
import { type Mark, Who } from "../../src/api/who";
import { pause, until } from "../harness/waiting";

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
const nobody = new Problem({ status: 401, code: "not-signed-in", title: "Please sign in" });

/** One browser: a session in cookies, and a place where tabs leave a mark, of which the others hear. */
class Browser {
  session: Account | null = null;
  problem: Problem = nobody;
  asked = 0;
  /** Holds answers back. */
  gate: Promise<void> = Promise.resolve();
  private mark: string | null = null;
  private readonly listeners: (() => void)[] = [];

  tab(): { who: Who; wake: () => void } {
    let listener = (): void => {};
    const mark: Mark = {
      read: () => this.mark,
      write: (accountId) => {
        this.mark = accountId;
        for (const other of this.listeners) if (other !== listener) other();
      },
      onChange: (notify) => {
        listener = notify;
        this.listeners.push(notify);
      },
    };
    const who = new Who({
      askWhoIAm: async () => {
        this.asked += 1;
        const then = this.session;
        await this.gate;
        if (then === null) throw this.problem;
        return then;
      },
      mayHaveSession: () => true,
      mark,
      firstDelayMs: 5,
    });
    return { who, wake: () => listener() };
  }

  /** As the server does it for whichever tab asks: the cookies are everybody's. */
  signIn(who: Who, account: Account | null): void {
    this.session = account;
    who.is(account);
  }
}

let browser: Browser;
let first: Who;
let second: Who;
beforeEach(async () => {
  browser = new Browser();
  browser.session = mina;
  first = browser.tab().who;
  second = browser.tab().who;
  first.ask();
  second.ask();
  await until(() => first.id === 1 && second.id === 1, "both tabs show Mina");
});

test("a tab in which somebody else signs in is followed by the others", async () => {
  browser.signIn(second, jun);

  await until(() => first.id === 2, "the first tab shows Jun");
  expect(first.shown()).toEqual(jun);
  expect([first.followed(), second.followed()]).toEqual([true, false]);
});

test("from the moment that a tab hears of it, it acts for nobody until it knows for whom", () => {
  const shown: unknown[] = [];
  first.subscribe(() => shown.push(first.shown()));

  browser.signIn(second, jun);

  expect(shown).toEqual([undefined]);
  expect(first.id).toBeNull();
});

test("signing out in one tab reaches the others", async () => {
  browser.signIn(second, null);

  await until(() => first.shown() === null, "the first tab shows nobody");
  expect(first.followed()).toBe(true);
});

test("who signs in elsewhere after everybody had signed out is told of here too", async () => {
  browser.signIn(second, null);
  await until(() => first.shown() === null, "nobody");

  browser.signIn(second, jun);

  await until(() => first.id === 2, "Jun");
  expect(first.followed()).toBe(true);
});

test("a tab that was asleep when it happened finds out when it wakes", async () => {
  const asleep = browser.tab();
  browser.session = jun;
  asleep.who.is(mina);
  first.is(jun);

  asleep.wake();

  await until(() => asleep.who.id === 2, "it shows Jun");
});

test("an answer from before the change is not believed", async () => {
  let open = (): void => {};
  browser.gate = new Promise((resolve) => (open = resolve));
  first.ask();

  browser.signIn(second, jun);
  open();

  await until(() => first.id === 2, "the first tab shows Jun");
  await pause(20);
  expect([first.id, second.id]).toEqual([2, 2]);
});

test("the same person is asked for no more than once at a time, and no tabs answer each other for ever", async () => {
  const before = browser.asked;

  browser.signIn(second, jun);
  await until(() => first.id === 2, "followed");
  await pause(50);

  expect(browser.asked - before).toBeLessThanOrEqual(2);
});

test("a service that cannot be reached signs nobody out: it is asked again", async () => {
  browser.session = null;
  browser.problem = new Problem({ status: 0, code: "unreachable", title: "No network" });

  first.ask();
  await pause(30);
  expect(first.shown()).toBeUndefined();

  browser.session = mina;
  await until(() => first.id === 1, "back again");
  expect(first.followed()).toBe(false);
});
