import { afterEach, describe, expect, test, vi } from "vitest";
import { Problem } from "../../src/api/problem";
import { consoleStream } from "../../src/features/operator/client";
import { type Drop, MOST_POINTS, type Numbers, nothingYet, withNumbers } from "../../src/features/operator/numbers";
import { drawn } from "../../src/features/operator/plot-path";
import type { Connection } from "../../src/streams/living-stream";

function numbersAt(second: number, facts: Partial<Numbers> = {}): Numbers {
  return {
    at: new Date(1_790_000_000_000 + second * 1_000).toISOString(),
    state: "open",
    serving: 0,
    admitted: 0,
    waiting: second,
    issued: 0,
    stock_left: 100,
    in_flight: 0,
    oldest_unanswered_ms: 0,
    issued_per_second: 0,
    joins_per_second: 0,
    streams: 0,
    instances: 1,
    window: 50,
    eta: null,
    eta_coverage: { checked: 0, inside: 0 },
    refusals: {},
    pace_ceiling_per_second: null,
    message: null,
    ...facts,
  };
}

function dropAfter(...documents: Numbers[]): Drop {
  return documents.reduce(withNumbers, nothingYet);
}

describe("what the console keeps of the stream", () => {
  test("each second is a point, and the newest document is shown whole", () => {
    const drop = dropAfter(numbersAt(1), numbersAt(2, { refusals: { "line-full": 3 } }));

    expect(drop.points.map((point) => point.waiting)).toEqual([1, 2]);
    expect(drop.newest?.refusals).toEqual({ "line-full": 3 });
  });

  test("a document that is older than the newest, or the same again, changes nothing", () => {
    const drop = dropAfter(numbersAt(1), numbersAt(3));

    expect(withNumbers(drop, numbersAt(2))).toBe(drop);
    expect(withNumbers(drop, numbersAt(3))).toBe(drop);
  });

  test("a drop of two hours is drawn from its beginning to its end in bounded memory", () => {
    const drop = dropAfter(...Array.from({ length: 7_200 }, (_, second) => numbersAt(second)));

    expect(drop.points.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(drop.points.length).toBeGreaterThan(MOST_POINTS / 3);
    expect(drop.points[0]?.waiting).toBe(0);
    expect(drop.points.at(-1)!.waiting).toBeGreaterThan(7_180);
    expect(drop.newest?.waiting).toBe(7_199);
  });
});

describe("the plot", () => {
  test("reaches from left to right and from the ground to the top", () => {
    const { points } = dropAfter(numbersAt(0), numbersAt(1), numbersAt(2));

    expect(drawn(points, "waiting", 100, 50)).toEqual({ path: "M0.0 50.0L50.0 25.0L100.0 0.0", highest: 2 });
  });

  test("leaves a gap where nothing was measured", () => {
    const rates = [4, null, 2].map((rate, second) => numbersAt(second, { issued_per_second: rate }));

    expect(drawn(dropAfter(...rates).points, "issued_per_second", 100, 40).path).toBe("M0.0 0.0M100.0 20.0");
  });

  test("draws nothing of nothing", () => {
    expect(drawn([], "waiting", 100, 50)).toEqual({ path: "", highest: 1 });
  });
});

class FakeStream {
  private readonly listeners = new Map<string, (event: { data?: unknown }) => void>();
  isClosed = false;
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
    this.listeners.set(type, listener);
  }
  close(): void {
    this.isClosed = true;
  }
  dispatch(type: string, document?: unknown): void {
    this.listeners.get(type)?.(document === undefined ? {} : { data: JSON.stringify(document) });
  }
}

describe("the console's stream", () => {
  afterEach(() => void vi.useRealTimers());

  function opened(askWhy: () => Promise<void> = () => Promise.resolve()) {
    vi.useFakeTimers();
    const streams: FakeStream[] = [];
    const received: Numbers[] = [];
    const connections: [Connection, string | null][] = [];
    const client = consoleStream({
      openStream: () => {
        const stream = new FakeStream();
        streams.push(stream);
        return stream;
      },
      askWhy,
      onNumbers: (numbers) => received.push(numbers),
      onConnection: (connection, problem) => connections.push([connection, problem?.code ?? null]),
    });
    client.open();
    return { client, streams, received, connections };
  }

  test("comes back after a farewell, a broken connection and a silence", async () => {
    const { streams, received } = opened();
    streams[0]!.dispatch("numbers", numbersAt(1));
    streams[0]!.dispatch("farewell", { reconnect_after_ms: 500 });
    await vi.advanceTimersByTimeAsync(500);
    streams[1]!.dispatch("error");
    await vi.advanceTimersByTimeAsync(1_000);
    await vi.advanceTimersByTimeAsync(12_000);

    expect(streams.length).toBeGreaterThanOrEqual(4);
    expect(streams.slice(0, 3).every((stream) => stream.isClosed)).toBe(true);
    expect(received).toHaveLength(1);
  });

  test("ends, and says why, when somebody who is no operator is refused", async () => {
    const { streams, connections } = opened(() => {
      throw new Problem({ status: 403, code: "forbidden", title: "Not for you" });
    });
    streams[0]!.dispatch("error");
    await vi.advanceTimersByTimeAsync(60_000);

    expect(streams).toHaveLength(1);
    expect(connections.at(-1)).toEqual(["ended", "forbidden"]);
  });

  test("waits for a queue that has not heard of the event yet", async () => {
    const { streams } = opened(() => {
      throw new Problem({ status: 404, code: "unknown-event", title: "There is no such coupon event" });
    });
    streams[0]!.dispatch("error");
    await vi.advanceTimersByTimeAsync(1_000);

    expect(streams).toHaveLength(2);
  });

  test("stays closed once the page is left", async () => {
    const { client, streams } = opened();
    streams[0]!.dispatch("farewell", { reconnect_after_ms: 500 });
    client.close();
    await vi.advanceTimersByTimeAsync(60_000);

    expect(streams).toHaveLength(1);
  });
});
