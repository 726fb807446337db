/** The operator's stream, kept open: numbers in, reconnecting by itself. Framework-free, as the line's client is. */

import { asProblem, isProblemDocument, Problem } from "../../api/problem";
import { backOff } from "../../streams/back-off";
import type { Stream } from "../line/client";
import type { Numbers } from "./numbers";

export interface ConsoleSurroundings {
  openStream: () => Stream;
  /** EventSource tells no status and refreshes no session. This does both: it answers or throws the Problem. */
  askWhy: () => Promise<void>;
  onNumbers: (numbers: Numbers) => void;
  onConnection: (connection: Connection, problem: Problem | null) => void;
  silenceMs?: number;
  firstDelayMs?: number;
}

export type Connection = "connecting" | "live" | "retrying" | "ended";

export class ConsoleClient {
  private readonly around: ConsoleSurroundings;
  private stream: Stream | null = null;
  private failures = 0;
  private closed = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(around: ConsoleSurroundings) {
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
    on("numbers", (data) => this.take(data as Numbers));
    on("farewell", (data) => this.retryIn((data as { reconnect_after_ms: number }).reconnect_after_ms));
    on("problem", (data) => this.refused(isProblemDocument(data) ? new Problem(data) : asProblem(data)));
    on("error", () => void this.failed());
    this.listenForSilence();
  }

  close(): void {
    this.closed = true;
    this.disconnect();
  }

  private take(numbers: Numbers): void {
    this.failures = 0;
    this.around.onConnection("live", null);
    this.around.onNumbers(numbers);
    this.listenForSilence();
  }

  private async failed(): Promise<void> {
    this.disconnect();
    this.failures += 1;
    this.around.onConnection("retrying", null);
    try {
      await this.around.askWhy();
    } catch (thrown) {
      this.refused(asProblem(thrown));
      return;
    }
    this.retryIn(backOff(this.failures, this.around.firstDelayMs));
  }

  /** No network, too many requests, a part that rests, an event that the queue has not heard of yet: these may pass. */
  private refused(problem: Problem): void {
    const mayPass = [0, 404, 429].includes(problem.status) || problem.status >= 500;
    if (mayPass) return this.retryIn(backOff((this.failures += 1), this.around.firstDelayMs));
    this.disconnect();
    if (!this.closed) this.around.onConnection("ended", problem);
  }

  private retryIn(milliseconds: number): void {
    this.disconnect();
    if (this.closed) return;
    this.around.onConnection("retrying", null);
    this.retryTimer = setTimeout(() => this.open(), milliseconds);
  }

  private listenForSilence(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => void this.failed(), this.around.silenceMs ?? 10_000);
  }

  private disconnect(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.silenceTimer);
    this.stream?.close();
    this.stream = null;
  }
}
