/**
 * The live line of one coupon event: a stream that mends itself, and one view of where I stand.
 *
 * Framework-free. The stream is an EventSource (the browser's, or the `eventsource` package in tests). Its own
 * reconnecting is not used, because it knows neither final states, nor gaps, nor when to wait how long.
 */

import { asProblem, isProblemDocument, Problem } from "../../api/problem";
import { backOff } from "../../streams/back-off";
import { advance, type Standing, standingAt } from "./arithmetic";
import {
  type EtaBand,
  type Frame,
  isFinal,
  type LineMessage,
  type LineState,
  type Place,
  type PlaceState,
} from "./documents";
import { etaBand } from "./eta";

export interface LineView {
  connection: "connecting" | "live" | "retrying" | "ended";
  place: Place | null;
  state: PlaceState | null;
  ahead: number | null;
  eta: EtaBand | null;
  lineState: LineState | null;
  stockLeft: number | null;
  waiting: number | null;
  message: LineMessage | null;
  /** Why the line ended without a final state (not in line, signed out, …). */
  problem: Problem | null;
}

/** The part of EventSource that is used. */
export interface Stream {
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
  close(): void;
}

export interface LineSurroundings {
  openStream: () => Stream;
  /** The polling fall-back. Also says, with a Problem, why a stream cannot be opened: EventSource tells no status. */
  fetchPlace: () => Promise<Place>;
  onChange: (view: LineView) => void;
  /** Frames come once a second: this much silence means a dead connection. */
  silenceMs?: number;
  firstDelayMs?: number;
}

const KEPT_FRAMES = 30;

export class LineClient {
  private readonly around: LineSurroundings;
  private stream: Stream | null = null;
  private standing: Standing | null = null;
  /** The last frames of this connection, and the newest one of any, which stays in view while we reconnect. */
  private frames: Frame[] = [];
  private newest: Frame | null = null;
  private failures = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private connection: LineView["connection"] = "connecting";
  private problem: Problem | null = null;

  constructor(around: LineSurroundings) {
    this.around = around;
  }

  open(): void {
    this.connect();
  }

  /** Stop without a word to the server: the place is kept for the grace period. */
  close(): void {
    this.disconnect();
    this.connection = "ended";
  }

  get view(): LineView {
    const place = this.standing?.place ?? null;
    const frame = this.newest;
    const ahead = this.standing?.ahead ?? null;
    return {
      connection: this.connection,
      place,
      state: place?.state ?? null,
      ahead,
      eta: place !== null ? etaBand(place, frame, ahead) : null,
      lineState: frame?.state ?? null,
      stockLeft: frame?.stock_left ?? null,
      waiting: frame?.waiting ?? null,
      message: frame?.message ?? null,
      problem: this.problem,
    };
  }

  private connect(): void {
    this.disconnect();
    const stream = this.around.openStream();
    this.stream = stream;
    const on = (type: string, take: (data: unknown) => void): void =>
      stream.addEventListener(type, (event) => {
        if (this.stream === stream) take(parsed(event.data));
      });

    on("place", (data) => this.takePlace(data as Place));
    on("frame", (data) => this.takeFrame(data as Frame));
    on("problem", (data) => this.takeProblem(data));
    on("farewell", (data) => this.retryIn((data as { reconnect_after_ms: number }).reconnect_after_ms));
    on("error", () => void this.streamFailed());
    this.listenForSilence();
  }

  private disconnect(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.silenceTimer);
    this.stream?.close();
    this.stream = null;
  }

  private takePlace(place: Place): void {
    this.failures = 0;
    this.connection = "live";
    this.problem = null;
    this.standing = standingAt(place);
    if (isFinal(place.state)) return this.end();

    // A place that was written before frames which already arrived: count those again from there.
    for (const frame of this.frames.filter((kept) => kept.seq > place.seq)) {
      if (!this.count(frame)) return;
    }
    this.listenForSilence();
    this.changed();
  }

  private takeFrame(frame: Frame): void {
    this.newest = frame;
    this.frames = [...this.frames, frame].slice(-KEPT_FRAMES);
    if (!this.count(frame)) return;
    this.listenForSilence();
    this.changed();
  }

  private count(frame: Frame): boolean {
    if (this.standing === null) return true;
    const next = advance(this.standing, frame);
    if (next === "gap") {
      // Everybody may see the same gap at the same moment, so come back spread over a second.
      this.retryIn(Math.random() * (this.around.firstDelayMs ?? 1000));
      return false;
    }
    this.standing = next;
    return true;
  }

  private takeProblem(data: unknown): void {
    const problem = isProblemDocument(data) ? new Problem(data) : asProblem(data);
    // Plain HTTP knows how to refresh a session that ran out; the stream does not.
    if (problem.status === 401) return void this.streamFailed();
    if (mayPass(problem)) return this.retryIn((problem.retryAfterSeconds ?? 1) * 1000);
    this.problem = problem;
    this.end();
  }

  /** The stream broke or was refused. Ask once over plain HTTP: the answer is a place, or the reason. */
  private async streamFailed(): Promise<void> {
    this.disconnect();
    this.failures += 1;
    const waits = this.failures;
    this.connection = "retrying";
    this.changed();
    try {
      const place = await this.around.fetchPlace();
      if (!this.stillWaiting(waits)) return;
      this.frames = [];
      this.standing = standingAt(place);
      if (isFinal(place.state)) return this.end();
    } catch (thrown) {
      if (!this.stillWaiting(waits)) return;
      const problem = asProblem(thrown);
      if (!mayPass(problem)) {
        this.problem = problem;
        return this.end();
      }
    }
    this.retryIn(backOff(this.failures, this.around.firstDelayMs));
  }

  /** False when, meanwhile, the client was closed or a newer stream took over. */
  private stillWaiting(failures: number): boolean {
    return this.connection === "retrying" && this.stream === null && this.failures === failures;
  }

  private retryIn(milliseconds: number): void {
    this.disconnect();
    this.frames = [];
    this.connection = "retrying";
    this.changed();
    this.retryTimer = setTimeout(() => this.connect(), milliseconds);
  }

  private listenForSilence(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => void this.streamFailed(), this.around.silenceMs ?? 20_000);
  }

  private end(): void {
    this.disconnect();
    this.connection = "ended";
    this.changed();
  }

  private changed(): void {
    this.around.onChange(this.view);
  }
}

/** A refusal that another try may not meet: no network, too many requests, a part that rests. */
function mayPass(problem: Problem): boolean {
  return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}

function parsed(data: unknown): unknown {
  return typeof data === "string" ? JSON.parse(data) : data;
}
