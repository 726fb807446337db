/** What the queue says about one line (docs/api.md, "The line"), by the names of its document. */

import type { components } from "../../api/generated/queue";

type Documents = components["schemas"];

/** Personal: sent at connect and when something personal changes. `ahead` and `admitted` are true at `seq`. */
export type Place = Documents["PlaceDocument"];
/** The same bytes for everybody. `departed` (closed ranges) and `returned` tell what changed since the frame before. */
export type Frame = Documents["FrameDocument"];
/** A word to all who wait: one that the system says (`code`), or the operator's own in both languages. */
export type LineMessage = Documents["LineMessage"];
export type EtaBand = Documents["EtaBand"];
export type PlaceState = Place["state"];
export type LineState = Frame["state"];

const FINAL: ReadonlySet<PlaceState> = new Set(["issued", "refused", "sold-out", "closed", "left"]);

/** After a final state the server ends the stream, and the client must not come back. */
export function isFinal(state: PlaceState): boolean {
  return FINAL.has(state);
}
