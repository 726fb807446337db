import type { CouponEvent, LineStatus } from "../api/types";

export type ShownState = "draft" | "not-open" | "open" | "paused" | "sold-out" | "closed";

/** What an event is to a reader: the operator's word, the clock, and what the line itself says when it is known. */
export function eventState(event: CouponEvent, status: LineStatus | null, now: number): ShownState {
  if (event.state === "draft") return "draft";
  if (event.state === "closed" || now >= Date.parse(event.closes_at)) return "closed";
  if (status?.state === "sold-out") return "sold-out";
  if (now < Date.parse(event.opens_at)) return "not-open";
  return event.paused ? "paused" : "open";
}
