import { useEffect, useState } from "react";

/** The time, told anew for as long as the page is shown. A timer that slept with its page catches up on waking. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const update = (): void => setNow(Date.now());
    const timer = setInterval(update, everyMs);
    document.addEventListener("visibilitychange", update);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", update);
    };
  }, [everyMs]);
  return now;
}

/** For what changes with the minute. */
export const MINUTE_MS = 60_000;
