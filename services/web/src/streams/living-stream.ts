/**
 * A server-sent stream that comes back: back-off after a cut, a limit for silence, and a question over plain HTTP.
 *
 * The stream is an EventSource (the browser's, or the `eventsource` package in tests). Its own reconnecting is not
 * used, because it knows neither final words, nor when to wait how long, nor why it was refused: not even that the
 * session ran out. So each time it breaks, the same is asked over plain HTTP, which refreshes the session or says why.
 */

import type { components } from "../api/generated/queue";
import { asProblem, isProblemDocument, mayPass, Problem } from "../api/problem";
import { backOff } from "./back-off";

export type Connection = "connecting" | "live" | "retrying" | "ended";

/** The part of EventSource that is used. */
export interface Stream {
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
  close(): void;
}

export interface StreamSurroundings {
  openStream: () => Stream;
  /** What each event of the stream means to us. */
  events: Readonly<Record<string, (data: never) => void>>;
  /** Ask over plain HTTP what the stream would have said. Throws the Problem that keeps us from it. */
  askInstead: () => Promise<void>;
  onConnection: (connection: Connection, problem: Problem | null) => void;
  /** A refusal that may be another one in a moment; by default what any part of ours may say when it is busy. */
  mayPass?: (problem: Problem) => boolean;
  /** So much silence means a dead connection. Null for a stream that speaks only when it has something to say. */
  silenceMs: number | null;
  firstDelayMs?: number;
}

/** Two of its reasons concern the session: plain HTTP finds out what became of it. */
type Farewell = components["schemas"]["Farewell"];

export class LivingStream {
  connection: Connection = "connecting";
  private readonly around: StreamSurroundings;
  private stream: Stream | null = null;
  private failures = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(around: StreamSurroundings) {
    this.around = around;
  }

  open(): void {
    this.disconnect();
    const stream = this.around.openStream();
    this.stream = stream;
    const on = (type: string, take: (data: unknown) => void): void =>
      stream.addEventListener(type, ({ data }) => {
        if (this.stream === stream) take(typeof data === "string" ? JSON.parse(data) : data);
      });
    for (const [type, take] of Object.entries(this.around.events)) on(type, (data) => this.receive(data, take));
    on("problem", (data) => this.refused(isProblemDocument(data) ? new Problem(data) : asProblem(data)));
    on("farewell", (data) => this.moveOn(data as Farewell));
    on("error", () => void this.failed());
    this.listenForSilence();
  }

  /** Stop without a word to anybody. */
  close(): void {
    this.disconnect();
    this.connection = "ended";
  }

  /** That was the last word: nobody comes back. */
  end(problem: Problem | null = null): void {
    this.disconnect();
    this.become("ended", problem);
  }

  retryIn(milliseconds: number): void {
    if (this.connection === "ended") return;
    this.disconnect();
    this.become("retrying");
    this.retryTimer = setTimeout(() => this.open(), milliseconds);
  }

  private receive(data: unknown, take: (data: never) => void): void {
    this.failures = 0;
    if (this.connection !== "live") this.become("live");
    this.listenForSilence();
    take(data as never);
  }

  private moveOn({ reason, reconnect_after_ms }: Farewell): void {
    if (reason === "session-ended" || reason === "token-expired") void this.failed();
    else this.retryIn(reconnect_after_ms);
  }

  private refused(problem: Problem): void {
    // Plain HTTP knows how to refresh a session that ran out; the stream does not.
    if (problem.status === 401) void this.failed();
    else if (this.mayPass(problem)) this.retryIn(this.waitFor(problem));
    else this.end(problem);
  }

  /** The stream broke or was refused. Ask once: the answer is what it would have said, or the reason. */
  private async failed(): Promise<void> {
    this.disconnect();
    this.failures += 1;
    const { failures } = this;
    this.become("retrying");
    let problem: Problem | null = null;
    try {
      await this.around.askInstead();
    } catch (thrown) {
      problem = asProblem(thrown);
    }
    // Meanwhile it was ended, or a newer stream took over.
    if (this.connection !== "retrying" || this.stream !== null || this.failures !== failures) return;
    if (problem !== null && !this.mayPass(problem)) return this.end(problem);
    this.retryIn(problem === null ? backOff(failures, this.around.firstDelayMs) : this.waitFor(problem));
  }

  /** At least as long as it asks for, and longer each time: who is refused again and again comes less and less. */
  private waitFor(problem: Problem): number {
    this.failures = Math.max(1, this.failures);
    return (problem.retryAfterSeconds ?? 0) * 1000 + backOff(this.failures, this.around.firstDelayMs);
  }

  private mayPass(problem: Problem): boolean {
    return (this.around.mayPass ?? mayPass)(problem);
  }

  private listenForSilence(): void {
    clearTimeout(this.silenceTimer);
    const { silenceMs } = this.around;
    if (silenceMs !== null) this.silenceTimer = setTimeout(() => void this.failed(), silenceMs);
  }

  private disconnect(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.silenceTimer);
    this.stream?.close();
    this.stream = null;
  }

  private become(connection: Connection, problem: Problem | null = null): void {
    this.connection = connection;
    this.around.onConnection(connection, problem);
  }
}
