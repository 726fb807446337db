import type { ServerResponse } from "node:http";
import { EventSource } from "eventsource";
import { LineClient, type LineView } from "../../src/features/line/client";
import type { Frame, Place } from "../../src/features/line/documents";
import type { Stream } from "../../src/streams/living-stream";
import { tabAt } from "./browser-tab";
import { type Answer, HttpServer, json } from "./http-server";
import { until } from "./waiting";

export const place: Place = {
  ticket: "t",
  number: 50,
  ahead: 4,
  state: "waiting",
  seq: 7,
  admitted: 9,
  eta: null,
  coupon: null,
};
export const frame: Frame = {
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
export class Queue {
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

  send(type: string, document: object, stream = this.streams.at(-1)): void {
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
