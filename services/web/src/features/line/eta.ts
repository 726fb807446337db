/** When is it my turn: from the newest frame if there is one, else as it came with my place. */

import type { EtaBand, Frame, Place } from "./documents";

export function etaBand(place: Place, frame: Frame | null, ahead: number | null): EtaBand | null {
  if (place.state !== "waiting" || ahead === null) return null;
  if (frame === null) return place.eta;
  if (frame.eta_per_place === null) return null;

  const places = ahead + 1;
  return {
    low_seconds: Math.floor(places * frame.eta_per_place.low_seconds),
    high_seconds: Math.ceil(places * frame.eta_per_place.high_seconds),
  };
}
