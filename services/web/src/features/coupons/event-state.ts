import type { CouponEvent, LineStatus } from "../../api/types";

export type ShownState = CouponEvent["phase"];

export interface EventNow {
  state: ShownState;
  opensAt: string;
  closesAt: string;
}

/**
 * What an event is to a reader at this moment: what main knew when it was asked, moved on by the clock. Where the
 * line was asked too, its word counts more: many who look at a drop must not ask main again and again.
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
  if (event.phase === "sold-out" || status?.state === "sold-out") return "sold-out";
  if (event.state === "closed" || status?.state === "closed" || now >= Date.parse(closesAt)) return "closed";
  // The clock opens it to the second; the line's word may be some seconds old.
  if (now < Date.parse(opensAt)) return "not-open";
  const known = status?.state ?? event.phase;
  if (event.line_order === "lottery" && known !== "open" && known !== "paused") return "drawing";
  const isPaused = status === null ? event.paused : status.state === "paused";
  return isPaused ? "paused" : "open";
}
