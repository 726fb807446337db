/** What anybody may know of a line, for a page that looks at it without standing in it. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { LineStatus } from "../../api/types";
import { lineStatus, watchStreamUrl } from "./requests";
import { isLineOver, watchedLine } from "./watched-line";

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
  const isOver = data !== null && isLineOver(data.state);
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
