/** The stream for whoever looks at a line without standing in it. It is the same for all. Framework-free. */

import { mayPass } from "../../api/problem";
import type { LineStatus } from "../../api/types";
import { LivingStream, type Stream } from "../../streams/living-stream";

/** Nobody waits in such a line any more. */
export function isLineOver(state: LineStatus["state"]): boolean {
  return state === "sold-out" || state === "closed";
}

export interface WatchSurroundings {
  openStream: () => Stream;
  askInstead: () => Promise<LineStatus>;
  onStatus: (status: LineStatus) => void;
  firstDelayMs?: number;
}

export function watchedLine({ openStream, askInstead, onStatus, firstDelayMs }: WatchSurroundings): LivingStream {
  const take = (status: LineStatus): void => {
    onStatus(status);
    if (isLineOver(status.state)) stream.end();
  };
  const stream = new LivingStream({
    openStream,
    events: { status: take },
    askInstead: async () => take(await askInstead()),
    onConnection: () => {},
    // The queue may not have heard of the event yet.
    mayPass: (problem) => mayPass(problem) || problem.status === 404,
    // It says nothing while nothing changes; a browser does not tell of what only keeps a connection alive.
    silenceMs: null,
    ...(firstDelayMs !== undefined && { firstDelayMs }),
  });
  return stream;
}
