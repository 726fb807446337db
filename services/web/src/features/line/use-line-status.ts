/** What anybody may know of a line, for a page that looks at it without standing in it. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { LineStatus } from "../../api/types";
import { LivingStream } from "../../streams/living-stream";
import { lineStatus, watchStreamUrl } from "./requests";

/** Nobody waits in a line that is over. */
const OVER: ReadonlySet<LineStatus["state"]> = new Set(["sold-out", "closed"]);

/**
 * Everybody who looks hears of an opening at once, by a stream that is the same for all: who had to ask for it would
 * come late. `isWanted`: not before there is a line, and not while I stand in it, which tells me more.
 */
export function useLineStatus(eventId: string, { isWanted }: { isWanted: boolean }): LineStatus | null {
  const queries = useQueryClient();
  const queryKey = ["line-status", eventId];
  const { data = null } = useQuery({
    queryKey,
    queryFn: () => lineStatus(eventId),
    enabled: isWanted,
    // The stream brings all that is new.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isOver = data !== null && OVER.has(data.state);
  useEffect(() => {
    if (!isWanted || isOver) return;
    const keep = (status: LineStatus): void => void queries.setQueryData(["line-status", eventId], status);
    const stream = watchedLine({
      openStream: () => new EventSource(watchStreamUrl(eventId)),
      askInstead: () => lineStatus(eventId),
      onStatus: keep,
    });
    stream.open();
    return () => stream.close();
  }, [eventId, isWanted, isOver, queries]);
  return data;
}

export interface WatchSurroundings {
  openStream: () => EventSource;
  askInstead: () => Promise<LineStatus>;
  onStatus: (status: LineStatus) => void;
  firstDelayMs?: number;
}

export function watchedLine({ openStream, askInstead, onStatus, firstDelayMs }: WatchSurroundings): LivingStream {
  const take = (status: LineStatus): void => {
    onStatus(status);
    if (OVER.has(status.state)) stream.end();
  };
  const stream = new LivingStream({
    openStream,
    events: { status: take },
    askInstead: async () => take(await askInstead()),
    onConnection: () => {},
    // It says nothing while nothing changes; a browser does not tell of what only keeps a connection alive.
    silenceMs: null,
    ...(firstDelayMs !== undefined && { firstDelayMs }),
  });
  return stream;
}
