/** When is it my turn: from the newest frame if there is one, else as it came with my place. */

import type { EtaBand, Frame, Place } from "./documents";

// How much faster or slower than lately the line may move (the same as the queue's own `eta_of`).
const FASTER = 0.7;
const SLOWER = 1.5;

export function etaBand(place: Place, frame: Frame | null, ahead: number | null): EtaBand | null {
  if (place.state !== "waiting" || ahead === null) return null;
  if (frame === null) return place.eta;
  if (frame.state !== "open" || frame.eta_per_place === null) return null;

  const seconds = (ahead + 1) * frame.eta_per_place;
  return { low_seconds: Math.floor(seconds * FASTER), high_seconds: Math.ceil(seconds * SLOWER) + 1 };
}
