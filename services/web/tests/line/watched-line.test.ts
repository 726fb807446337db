import type { ServerResponse } from "node:http";
import { EventSource } from "eventsource";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LineStatus } from "../../src/api/types";
import { watchedLine } from "../../src/features/line/watched-line";
import type { LivingStream, Stream } from "../../src/streams/living-stream";
import { tabAt } from "../harness/browser-tab";
import { HttpServer, json } from "../harness/http-server";
import { pause, until } from "../harness/waiting";

const status: LineStatus = {
  state: "not-open",
  serving: 0,
  waiting: 0,
  stock_left: 10,
  issued: 0,
  opens_at: "2026-03-01T12:00:00+09:00",
  closes_at: "2026-03-01T13:00:00+09:00",
};

let server: HttpServer;
let streams: ServerResponse[];
let isFull: boolean;
let asked: LineStatus;
let seen: string[];
let stream: LivingStream;

beforeEach(async () => {
  [streams, seen, isFull, asked] = [[], [], false, status];
  server = await HttpServer.start(({ path }, response) => {
    if (path === "/status") return json(response, 200, asked);
    if (isFull) return json(response, 503, { title: "Full", status: 503, code: "too-many-watching" });
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.flushHeaders();
    streams.push(response);
  });
  const tab = tabAt(server.url);
  stream = watchedLine({
    openStream: () => new EventSource(`${server.url}/watch`) as unknown as Stream,
    askInstead: () => tab.get<LineStatus>("/status"),
    onStatus: ({ state }) => seen.push(state),
    firstDelayMs: 10,
  });
});
afterEach(async () => {
  stream.close();
  await server.stop();
});

function publish(event: string, document: object): void {
  streams.at(-1)?.write(`event: ${event}\ndata: ${JSON.stringify(document)}\n\n`);
}

test("whoever looks hears of an opening when it happens, without asking", async () => {
  stream.open();
  await until(() => streams.length === 1, "the stream");

  publish("status", status);
  publish("status", { ...status, state: "open" });

  await until(() => seen.length === 2, "both");
  expect(seen).toEqual(["not-open", "open"]);
  expect(server.times("GET", "/status")).toBe(0);
});

test("when the line is over nobody looks any more", async () => {
  stream.open();
  await until(() => streams.length === 1, "the stream");

  publish("status", { ...status, state: "sold-out" });
  streams[0]?.end();

  await until(() => seen.length === 1, "the last word");
  await pause(80);
  expect(streams).toHaveLength(1);
  expect(stream.connection).toBe("ended");
});

test("where too many look, the line is asked instead, and looked at again later", async () => {
  isFull = true;
  stream.open();
  asked = { ...status, state: "open" };
  await until(() => seen.includes("open"), "the opening, by asking");

  isFull = false;

  await until(() => streams.length === 1, "a stream after all");
});
