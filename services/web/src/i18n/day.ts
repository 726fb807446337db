/**
 * Which day it is. Salons are in Korea, so a day is theirs, wherever the reader's clock stands, and it changes at
 * their midnight in a page that is left open.
 */

import { useSyncExternalStore } from "react";

/** YYYY-MM-DD */
export type Day = string;

const OFFSET_MS = 9 * 3_600_000; // Korea has no summer time
const DAY_MS = 86_400_000;
/** A machine that slept through midnight wakes with its timers late: look at least this often. */
const LOOK_EVERY_MS = 30_000;

export function dayAt(moment: number): Day {
  return new Date(moment + OFFSET_MS).toISOString().slice(0, 10);
}

export function daysFrom(first: Day, count: number): Day[] {
  const start = Date.parse(first);
  return Array.from({ length: count }, (_, index) => new Date(start + index * DAY_MS).toISOString().slice(0, 10));
}

export function useToday(): Day {
  return useSyncExternalStore(onNewDay, () => dayAt(Date.now()));
}

function onNewDay(onChange: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const look = (): void => {
    onChange();
    clearTimeout(timer);
    const untilMidnight = DAY_MS - ((Date.now() + OFFSET_MS) % DAY_MS);
    timer = setTimeout(look, Math.min(untilMidnight, LOOK_EVERY_MS));
  };
  look();
  document.addEventListener("visibilitychange", look);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
