import type { CouponEvent, LineStatus } from "../../api/types";

export type ShownState = "draft" | "not-open" | "drawing" | "open" | "paused" | "sold-out" | "closed";

export interface EventNow {
  state: ShownState;
  opensAt: string;
  closesAt: string;
}

/**
 * What an event is to a reader at this moment. What the line says counts more than main's document, which is
 * read once: a crowd that looks at a drop must not ask main again and again.
 */
export function eventNow(event: CouponEvent, status: LineStatus | null, now: number): EventNow {
  const opensAt = status?.opens_at ?? event.opens_at;
  const closesAt = status?.closes_at ?? event.closes_at;
  return { state: stateOf(event, status, { opensAt, closesAt }, now), opensAt, closesAt };
}

/** A draft has none yet. */
export function hasLine(event: CouponEvent): boolean {
  return event.state !== "draft";
}

export function isOver(state: ShownState): boolean {
  return state === "sold-out" || state === "closed";
}

function stateOf(
  event: CouponEvent,
  status: LineStatus | null,
  { opensAt, closesAt }: { opensAt: string; closesAt: string },
  now: number,
): ShownState {
  if (event.state === "draft") return "draft";
  if (event.state === "closed" || status?.state === "closed" || now >= Date.parse(closesAt)) return "closed";
  if (status?.state === "sold-out") return "sold-out";
  // The clock opens it to the second; the line's word may be some seconds old.
  if (now < Date.parse(opensAt)) return "not-open";
  const isDrawn = status?.state === "open" || status?.state === "paused";
  if (event.line_order === "lottery" && !isDrawn) return "drawing";
  const isPaused = status === null ? event.paused : status.state === "paused";
  return isPaused ? "paused" : "open";
}
