import { useEffect, useState } from "react";

/** The time, told anew for as long as the page is shown. A timer that slept with its page catches up on waking. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const tell = (): void => setNow(Date.now());
    const timer = setInterval(tell, everyMs);
    document.addEventListener("visibilitychange", tell);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tell);
    };
  }, [everyMs]);
  return now;
}

/** For what changes with the minute. */
export const MINUTE_MS = 60_000;
