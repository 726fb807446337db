import { expect, test } from "vitest";
import { Problem } from "../../src/api/problem";
import { person, server, talking } from "../harness/conversation";
import { pause, until } from "../harness/waiting";

test("a token that ran out is renewed before the next try", async () => {
  await talking();

  server.cut(4401);

  await until(() => server.sockets.length === 2, "the second connection");
  expect(person.renewals).toBe(1);
});

test("signed out elsewhere: the client gives up and says why", async () => {
  const gone = new Problem({ status: 401, code: "not-signed-in", title: "Please sign in" });
  await talking({ renewSession: () => Promise.reject(gone) });
  const problems: (Problem | null)[] = [];
  person.client.onConnection = (_connection, problem) => problems.push(problem);

  server.cut(4401);

  await until(() => person.client.connection === "ended", "the end");
  await pause(60);
  expect(problems.at(-1)).toBe(gone);
  expect(server.sockets).toHaveLength(1);
});

test("somebody else signed in: the client of the first gives up", async () => {
  const another = new Problem({ status: 409, code: "signed-in-as-another", title: "Somebody else is signed in" });
  await talking({ renewSession: () => Promise.reject(another) });

  server.cut(4409);

  await until(() => person.client.connection === "ended", "the end");
  await pause(60);
  expect(server.sockets).toHaveLength(1);
});

test("main that cannot say whether the session lives is asked again, and the conversation goes on", async () => {
  let isResting = true;
  const resting = new Problem({ status: 503, code: "dependency-down", title: "Resting" });
  await talking({ renewSession: async () => void (isResting && (await Promise.reject(resting))) });

  server.cut(4401);
  await until(() => server.sockets.length === 2, "another try");
  isResting = false;

  expect(person.client.connection).not.toBe("ended");
});

test.each([4429, 4430])("whoever was too much (%i) stays away for a while", async (code) => {
  await talking({ quietMs: 80 });
  const then = Date.now();

  server.cut(code);

  await until(() => server.sockets.length === 2, "the second connection");
  expect(Date.now() - then).toBeGreaterThanOrEqual(75);
  expect(person.renewals).toBe(0);
});

test("a socket that is closed at once again and again is opened less and less often", async () => {
  await talking();
  server.intercept = (frame) => {
    if (frame.type === "subscribe") server.cut(4401);
    return true;
  };

  server.cut(4401);
  await pause(600);

  // From 10 ms on, twice as long each time: 5 tries take 310 ms at the most, and 8 take 1,275 ms at the least.
  expect(server.sockets.length).toBeGreaterThan(3);
  expect(server.sockets.length).toBeLessThan(9);
});

test("a connection that falls silent is left", async () => {
  await talking({ pingMs: 30 });
  server.intercept = (frame) => frame.type === "ping";

  await until(() => server.sockets.length === 2, "a second connection");
});
