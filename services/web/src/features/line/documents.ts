/** What the queue says about one line (docs/doors.md, "The line"). */

/** "registered": takes part in the draw of a lottery, and has the number 0 until it is drawn. */
export type PlaceState = "registered" | "waiting" | "claimed" | "issued" | "refused" | "sold-out" | "closed" | "left";
export type LineState = "not-open" | "drawing" | "open" | "paused" | "sold-out" | "closed";

export interface EtaBand {
  low_seconds: number;
  high_seconds: number;
}

/** Personal: sent at connect and when something personal changes. `ahead` and `admitted` are true at `seq`. */
export interface Place {
  /** For this number, to be kept instead of any older one; null in a final state. */
  ticket: string | null;
  number: number;
  /** Null in a final state, and before a lottery is drawn. */
  ahead: number | null;
  state: PlaceState;
  seq: number;
  admitted: number;
  eta: EtaBand | null;
  coupon: { coupon_id: string; serial: number } | null;
  reason?: string | null;
}

/** The same bytes for everybody. `departed` and `returned` tell what changed since the frame before. */
export interface Frame {
  seq: number;
  state: LineState;
  serving: number;
  /** How many have been served since the line opened. Whoever left before being served is not counted. */
  admitted: number;
  waiting: number;
  /** Customers served per second, as measured. */
  rate: number | null;
  stock_left: number;
  /** Closed ranges of numbers that left the line, `[from, to]`. */
  departed: [number, number][];
  returned: number[];
  /** Seconds that one place costs; null while that is unknown (paused, just opened). */
  eta_per_place: EtaBand | null;
  message: LineMessage | null;
}

/** A word to all who wait: one that the system says (`code`), or the operator's own in both languages. */
export interface LineMessage {
  code?: string;
  ko?: string;
  en?: string;
}

const FINAL: ReadonlySet<PlaceState> = new Set(["issued", "refused", "sold-out", "closed", "left"]);

/** After a final state the server ends the stream, and the client must not come back. */
export function isFinal(state: PlaceState): boolean {
  return FINAL.has(state);
}
