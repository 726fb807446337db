import type { ServerResponse } from "node:http";
import { EventSource } from "eventsource";
import { afterEach, expect, test } from "vitest";
import { LineClient, type LineView } from "../../src/features/line/client";
import type { Frame, Place } from "../../src/features/line/documents";
import type { Stream } from "../../src/streams/living-stream";
import { tabAt } from "../harness/browser-tab";
import { type Answer, HttpServer, json } from "../harness/http-server";
import { pause, until } from "../harness/waiting";

const place: Place = {
  ticket: "t",
  number: 50,
  ahead: 4,
  state: "waiting",
  seq: 7,
  admitted: 9,
  eta: null,
  coupon: null,
};
const frame: Frame = {
  seq: 8,
  state: "open",
  serving: 46,
  admitted: 9,
  waiting: 90,
  rate: 1,
  stock_left: 30,
  departed: [],
  returned: [],
  eta_per_place: { low_seconds: 0.7, high_seconds: 1.5 },
  message: null,
};
const problem = { type: "t", title: "Not in line", status: 404, code: "not-in-line" };

/** A queue instance: each stream that opens is handed to the test, which writes to it. */
class Queue {
  streams: ServerResponse[] = [];
  places: Answer = (_asked, response) => json(response, 404, problem);
  refuseStreams: 204 | 503 | null = null;
  server!: HttpServer;
  client!: LineClient;
  views: LineView[] = [];

  static async start(around: { silenceMs?: number } = {}): Promise<Queue> {
    const queue = new Queue();
    queue.server = await HttpServer.start((asked, response) => {
      if (asked.path.endsWith("/place")) return void queue.places(asked, response);
      if (queue.refuseStreams === 204) return void response.writeHead(204).end();
      if (queue.refuseStreams === 503)
        return json(response, 503, { title: "Resting", status: 503, code: "dependency-down" });
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.flushHeaders();
      queue.streams.push(response);
    });
    const http = tabAt(queue.server.url, { readCookies: () => "" });
    queue.client = new LineClient({
      openStream: () => new EventSource(`${queue.server.url}/line`) as unknown as Stream,
      fetchPlace: () => http.get<Place>("/place"),
      onChange: (view) => queue.views.push(view),
      firstDelayMs: 10,
      ...around,
    });
    queue.client.open();
    return queue;
  }

  tell(type: string, document: object, stream = this.streams.at(-1)): void {
    stream?.write(`event: ${type}\ndata: ${JSON.stringify(document)}\n\n`);
  }

  get view(): LineView {
    return this.client.view;
  }

  async opened(count: number): Promise<void> {
    await until(() => this.streams.length === count, `${count} streams`);
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.server.stop();
  }
}

let queue: Queue;
afterEach(() => queue.stop());

test("my place counts down with the frames that everybody gets", async () => {
  queue = await Queue.start();
  await queue.opened(1);

  queue.tell("place", place);
  queue.tell("frame", { ...frame, seq: 8, admitted: 10 });
  queue.tell("frame", {
    ...frame,
    seq: 9,
    admitted: 11,
    departed: [
      [48, 48],
      [70, 75],
    ],
    stock_left: 28,
  });

  await until(() => queue.view.ahead === 1, "one ahead");
  expect(queue.views.map((view) => view.ahead)).toEqual([4, 3, 1]);
  expect(queue.view).toMatchObject({ connection: "live", stockLeft: 28, eta: { low_seconds: 1, high_seconds: 3 } });
});

test("a gap in the frames reconnects for a fresh place", async () => {
  queue = await Queue.start();
  await queue.opened(1);

  queue.tell("place", place);
  queue.tell("frame", { ...frame, seq: 10, admitted: 12 });
  await queue.opened(2);
  queue.tell("place", { ...place, ahead: 1, seq: 10, admitted: 12 });

  await until(() => queue.view.ahead === 1, "the fresh place");
  expect(queue.views.some((view) => view.connection === "retrying" && view.ahead === 4)).toBe(true);
});

test("a place that is older than the newest frame is brought up to it", async () => {
  queue = await Queue.start();
  await queue.opened(1);

  queue.tell("place", place);
  queue.tell("frame", { ...frame, seq: 8, admitted: 10 });
  queue.tell("frame", { ...frame, seq: 9, admitted: 11 });
  queue.tell("place", { ...place, ahead: 4, seq: 8, admitted: 10 });

  await until(() => queue.views.length === 4, "four views");
  expect(queue.view.ahead).toBe(3);
});

test("who takes part in a draw has nobody ahead until the drawn place comes, with its own ticket", async () => {
  queue = await Queue.start();
  await queue.opened(1);
  const registered = { ...place, ticket: "registration", number: 0, ahead: null, state: "registered" };

  queue.tell("place", registered);
  queue.tell("frame", { ...frame, seq: 8, state: "drawing", departed: [[0, 0]] });
  await until(() => queue.view.lineState === "drawing", "the draw");
  const whileDrawing = queue.view;
  queue.tell("place", { ...place, ticket: "drawn", seq: 9, number: 12, ahead: 11 });

  await until(() => queue.view.ahead === 11, "the drawn place");
  expect(whileDrawing).toMatchObject({ state: "registered", ahead: null, eta: null });
  expect(queue.view.place).toMatchObject({ ticket: "drawn", number: 12 });
});

test("a coupon ends the line and nobody reconnects", async () => {
  queue = await Queue.start();
  await queue.opened(1);
  const coupon = { coupon_id: "0b7c", serial: 17 };

  queue.tell("place", { ...place, state: "claimed", ahead: 0 });
  queue.tell("place", { ...place, state: "issued", ahead: null, coupon });
  queue.streams[0]?.end();

  await until(() => queue.view.state === "issued", "issued");
  await pause(150);
  expect(queue.view).toMatchObject({ connection: "ended", place: { coupon } });
  expect(queue.streams).toHaveLength(1);
});

test.each(["refused", "sold-out", "closed", "left"] as const)("%s is final too", async (state) => {
  queue = await Queue.start();
  await queue.opened(1);

  queue.tell("place", { ...place, state, ahead: null });
  queue.streams[0]?.end();

  await until(() => queue.view.connection === "ended", "the end");
  await pause(100);
  expect(queue.streams).toHaveLength(1);
});

test("an instance that dies is left for another, and the place is kept on the screen meanwhile", async () => {
  queue = await Queue.start();
  queue.places = (_asked, response) => json(response, 200, { ...place, ahead: 2, seq: 9 });
  await queue.opened(1);
  queue.tell("place", place);
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

  queue.tell("problem", { title: "Resting", status: 503, code: "dependency-down", retry_after_seconds: 0.01 });
  await queue.opened(2);
  queue.tell("problem", { title: "Closed", status: 410, code: "closed" });

  await until(() => queue.view.connection === "ended", "the end");
  expect(queue.view.problem?.code).toBe("closed");
});

test("farewell is answered by coming back when it says", async () => {
  queue = await Queue.start();
  await queue.opened(1);
  queue.tell("place", place);

  queue.tell("farewell", { reconnect_after_ms: 20 });
  queue.streams[0]?.end();

  await queue.opened(2);
  expect(queue.server.times("GET", "/place")).toBe(0);
});

test("a farewell because the session ended is answered with one question, never with a new stream", async () => {
  queue = await Queue.start();
  queue.places = (_asked, response) => json(response, 401, { title: "Sign in", status: 401, code: "invalid-token" });
  await queue.opened(1);
  queue.tell("place", place);

  queue.tell("farewell", { reconnect_after_ms: 0, reason: "session-ended" });

  await until(() => queue.view.connection === "ended", "the end");
  await pause(150);
  expect(queue.view.problem?.code).toBe("invalid-token");
  expect([queue.streams.length, queue.server.times("GET", "/place")]).toEqual([1, 1]);
});

test("a farewell because the token ran out comes back with a fresh one", async () => {
  queue = await Queue.start();
  queue.places = (_asked, response) => json(response, 200, { ...place, ahead: 2 });
  await queue.opened(1);
  queue.tell("place", place);

  queue.tell("farewell", { reconnect_after_ms: 0, reason: "token-expired" });

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

  queue.tell("place", place);

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
