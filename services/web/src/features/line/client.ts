/**
 * The live line of one coupon event: one view of where I stand, from a stream that mends itself. Framework-free.
 */

import type { Problem } from "../../api/problem";
import { type Connection, LivingStream, type Stream } from "../../streams/living-stream";
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
  connection: Connection;
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
  private readonly stream: LivingStream;
  private standing: Standing | null = null;
  /** The last frames of this connection, and the newest one of any, which stays in view while we reconnect. */
  private frames: Frame[] = [];
  private newest: Frame | null = null;
  private problem: Problem | null = null;

  constructor(around: LineSurroundings) {
    this.around = around;
    this.stream = new LivingStream({
      openStream: around.openStream,
      events: { place: (place: Place) => this.takePlace(place), frame: (frame: Frame) => this.takeFrame(frame) },
      askInstead: () => this.askPlace(),
      onConnection: (connection, problem) => this.connectionIs(connection, problem),
      silenceMs: around.silenceMs ?? 20_000,
      ...(around.firstDelayMs !== undefined && { firstDelayMs: around.firstDelayMs }),
    });
  }

  open(): void {
    this.stream.open();
  }

  /** Stop without a word to the server: the place is kept for the grace period. */
  close(): void {
    this.stream.close();
  }

  get view(): LineView {
    const place = this.standing?.place ?? null;
    const frame = this.newest;
    const ahead = this.standing?.ahead ?? null;
    return {
      connection: this.stream.connection,
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

  private takePlace(place: Place): void {
    this.standing = standingAt(place);
    if (isFinal(place.state)) return this.stream.end();

    // A place that was written before frames which already arrived: count those again from there.
    for (const frame of this.frames.filter((kept) => kept.seq > place.seq)) {
      if (!this.count(frame)) return;
    }
    this.changed();
  }

  private takeFrame(frame: Frame): void {
    this.newest = frame;
    this.frames = [...this.frames, frame].slice(-KEPT_FRAMES);
    if (this.count(frame)) this.changed();
  }

  private count(frame: Frame): boolean {
    if (this.standing === null) return true;
    const next = advance(this.standing, frame);
    if (next === "gap") {
      // Everybody may see the same gap at the same moment, so come back spread over a second.
      this.stream.retryIn(Math.random() * (this.around.firstDelayMs ?? 1000));
      return false;
    }
    this.standing = next;
    return true;
  }

  private async askPlace(): Promise<void> {
    const place = await this.around.fetchPlace();
    if (this.stream.connection !== "retrying") return;
    this.standing = standingAt(place);
    if (isFinal(place.state)) this.stream.end();
  }

  private connectionIs(connection: Connection, problem: Problem | null): void {
    this.problem = problem;
    // What comes next on the stream tells of the rest.
    if (connection === "live") return;
    this.frames = [];
    this.changed();
  }

  private changed(): void {
    this.around.onChange(this.view);
  }
}
