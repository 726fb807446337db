/** One line in numbers, as the operator's stream tells it once a second, and what the console keeps of them. */

import type { components } from "../../api/generated/queue";

/** The `numbers` document. A rate that needs two moments is null in the first one of a stream. */
export type Numbers = components["schemas"]["OperatorNumbers"];

/** What is drawn. */
export interface Point {
  at: number;
  waiting: number;
  streams: number;
  joins_per_second: number;
  issued_per_second: number | null;
  stock_left: number;
}
export type Series = Exclude<keyof Point, "at">;

export interface Drop {
  newest: Numbers | null;
  points: readonly Point[];
  /** Points closer than this to the one before are not kept: it doubles each time the plot is full. */
  spacingMs: number;
}

/** Ten minutes second by second; longer drops are drawn coarser, never cut. */
export const MOST_POINTS = 600;

export const nothingYet: Drop = { newest: null, points: [], spacingMs: 0 };

/** Take one document in. An older one than we have (two streams overlapped while we reconnected) changes nothing. */
export function withNumbers(drop: Drop, numbers: Numbers): Drop {
  const at = Date.parse(numbers.at);
  if (drop.newest !== null && at <= Date.parse(drop.newest.at)) return drop;
  const last = drop.points.at(-1);
  // A quarter of slack, for seconds that are not quite seconds.
  if (last !== undefined && at - last.at < drop.spacingMs * 0.75) return { ...drop, newest: numbers };

  const points = [...drop.points, pointOf(numbers, at)];
  if (points.length <= MOST_POINTS) return { ...drop, newest: numbers, points };
  const spacingMs = Math.max(1_000, drop.spacingMs) * 2;
  return { newest: numbers, points: points.filter((_, index) => index % 2 === 0), spacingMs };
}

function pointOf(numbers: Numbers, at: number): Point {
  const { waiting, streams, joins_per_second, issued_per_second, stock_left } = numbers;
  return { at, waiting, streams, joins_per_second, issued_per_second, stock_left };
}
