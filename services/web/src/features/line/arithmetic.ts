/**
 * How many people stand before me, exactly, from one personal place and the frames that everybody gets.
 *
 *   ahead = place.ahead − (frame.admitted − place.admitted)
 *         − |departed numbers < mine since place.seq| + |returned numbers < mine since place.seq|
 *
 * Frames are numbered without gaps. A gap means that departures were missed, so only a fresh place helps.
 */

import type { Frame, Place } from "./documents";

/** What a place and its frames add up to. `admitted` and `seq` are those of the newest frame. */
export interface Standing {
  place: Place;
  seq: number;
  ahead: number | null;
  departedBefore: number;
  returnedBefore: number;
}

export function standingAt(place: Place): Standing {
  return { place, seq: place.seq, ahead: place.ahead, departedBefore: 0, returnedBefore: 0 };
}

/** The standing after one more frame; the same object for a frame already counted; "gap" if one is missing. */
export function advance(standing: Standing, frame: Frame): Standing | "gap" {
  if (frame.seq <= standing.seq) return standing;
  if (frame.seq > standing.seq + 1) return "gap";

  const mine = standing.place.number;
  const departedBefore = standing.departedBefore + countBefore(frame.departed, mine);
  const returnedBefore = standing.returnedBefore + frame.returned.filter((number) => number < mine).length;
  const served = frame.admitted - standing.place.admitted;
  const { ahead: aheadThen } = standing.place;
  const ahead = aheadThen === null ? null : Math.max(0, aheadThen - served - departedBefore + returnedBefore);
  return { place: standing.place, seq: frame.seq, ahead, departedBefore, returnedBefore };
}

/** How many numbers below `mine` lie in closed, disjoint ranges. */
export function countBefore(ranges: readonly (readonly [number, number])[], mine: number): number {
  return ranges.reduce((count, [from, to]) => count + Math.max(0, Math.min(to, mine - 1) - from + 1), 0);
}
