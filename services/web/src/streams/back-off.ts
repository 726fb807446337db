/**
 * Milliseconds before try number `failures` + 1: exponential, capped at 15 s, and half of it by chance,
 * so that many who were cut off at one moment do not come back at one moment.
 */
export function backOff(failures: number, firstDelayMs = 500): number {
  const full = Math.min(15_000, firstDelayMs * 2 ** Math.max(0, failures - 1));
  return full / 2 + Math.random() * (full / 2);
}
