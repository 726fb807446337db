import { afterEach, expect, test } from "vitest";
import { json } from "../harness/http-server";
import { place, Queue } from "../harness/line-queue";
import { pause, until } from "../harness/waiting";

let queue: Queue;
afterEach(() => queue.stop());

test("a coupon ends the line and nobody reconnects", async () => {
  queue = await Queue.start();
  await queue.opened(1);
  const coupon = { coupon_id: "0b7c", serial: 17 };

  queue.send("place", { ...place, state: "claimed", ahead: 0 });
  queue.send("place", { ...place, state: "issued", ahead: null, coupon });
  queue.streams[0]?.end();

  await until(() => queue.view.state === "issued", "issued");
  await pause(150);
  expect(queue.view).toMatchObject({ connection: "ended", place: { coupon } });
  expect(queue.streams).toHaveLength(1);
});

test.each(["refused", "sold-out", "closed", "left"] as const)("%s is final too", async (state) => {
  queue = await Queue.start();
  await queue.opened(1);

  queue.send("place", { ...place, state, ahead: null });
  queue.streams[0]?.end();

  await until(() => queue.view.connection === "ended", "the end");
  await pause(100);
  expect(queue.streams).toHaveLength(1);
});

test("an instance that dies is left for another, and the place is kept on the screen meanwhile", async () => {
  queue = await Queue.start();
  queue.places = (_asked, response) => json(response, 200, { ...place, ahead: 2, seq: 9 });
  await queue.opened(1);
  queue.send("place", place);
  await until(() => queue.view.connection === "live", "live");

  queue.streams[0]?.destroy();

  await queue.opened(2);
  expect(queue.view).toMatchObject({ connection: "retrying", ahead: 2 });
});

test("while streams cannot be had, the place comes by plain HTTP", async () => {
  queue = await Queue.start();
  queue.refuseStreams = 503;
  queue.places = (_asked, response) =>
    json(response, 200, { ...place, state: "issued", coupon: { coupon_id: "x", serial: 3 } });

  await until(() => queue.view.state === "issued", "the coupon, without a stream");
});

test("who is not in line is told why, and is not tried again", async () => {
  queue = await Queue.start();
  await queue.opened(1);

  queue.streams[0]?.destroy();

  await until(() => queue.view.connection === "ended", "the end");
  expect(queue.view.problem?.code).toBe("not-in-line");
  await pause(100);
  expect(queue.streams).toHaveLength(1);
});

test("a problem on the stream ends it with its reason; one that may pass does not", async () => {
  queue = await Queue.start();
  await queue.opened(1);

  queue.send("problem", { title: "Resting", status: 503, code: "dependency-down", retry_after_seconds: 0.01 });
  await queue.opened(2);
  queue.send("problem", { title: "Closed", status: 410, code: "closed" });

  await until(() => queue.view.connection === "ended", "the end");
  expect(queue.view.problem?.code).toBe("closed");
});

test("farewell is answered by coming back when it says", async () => {
  queue = await Queue.start();
  await queue.opened(1);
  queue.send("place", place);

  queue.send("farewell", { reconnect_after_ms: 20 });
  queue.streams[0]?.end();

  await queue.opened(2);
  expect(queue.server.times("GET", "/place")).toBe(0);
});

test("a farewell because the session ended is answered with one question, never with a new stream", async () => {
  queue = await Queue.start();
  queue.places = (_asked, response) => json(response, 401, { title: "Sign in", status: 401, code: "invalid-token" });
  await queue.opened(1);
  queue.send("place", place);

  queue.send("farewell", { reconnect_after_ms: 0, reason: "session-ended" });

  await until(() => queue.view.connection === "ended", "the end");
  await pause(150);
  expect(queue.view.problem?.code).toBe("invalid-token");
  expect([queue.streams.length, queue.server.times("GET", "/place")]).toEqual([1, 1]);
});

test("a farewell because the token ran out comes back with a fresh one", async () => {
  queue = await Queue.start();
  queue.places = (_asked, response) => json(response, 200, { ...place, ahead: 2 });
  await queue.opened(1);
  queue.send("place", place);

  queue.send("farewell", { reconnect_after_ms: 0, reason: "token-expired" });

  await queue.opened(2);
  // Asked over plain HTTP first, which is what renews a session.
  expect(queue.server.asked.map(({ path }) => path)).toEqual(["/line", "/place", "/line"]);
});

test("somebody else's session ends the line of the first, with the reason", async () => {
  queue = await Queue.start();
  queue.places = (_asked, response) =>
    json(response, 409, { title: "Another", status: 409, code: "signed-in-as-another" });
  await queue.opened(1);

  queue.streams[0]?.destroy();

  await until(() => queue.view.connection === "ended", "the end");
  expect(queue.view.problem?.code).toBe("signed-in-as-another");
});

test("204 instead of a stream ends the line when its last word is known", async () => {
  queue = await Queue.start();
  queue.refuseStreams = 204;
  queue.places = (_asked, response) => json(response, 200, { ...place, state: "sold-out", ahead: null });

  await until(() => queue.view.state === "sold-out", "the last word");
  await pause(100);
  expect(queue.view.connection).toBe("ended");
  expect(queue.server.times("GET", "/line")).toBeLessThanOrEqual(2);
});

test("silence means a dead connection", async () => {
  queue = await Queue.start({ silenceMs: 80 });
  queue.places = (_asked, response) => json(response, 200, place);
  await queue.opened(1);

  queue.send("place", place);

  await queue.opened(2);
});

test("closing the page closes the stream", async () => {
  queue = await Queue.start();
  await queue.opened(1);
  let isClosed = false;
  queue.streams[0]?.on("close", () => (isClosed = true));

  queue.client.close();

  await until(() => isClosed, "the server sees it");
});
