/** One customer's dealings with one line: look whether I stand in it, join, follow, leave. */

import { useMutation } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Problem } from "../../api/problem";
import { LineClient, type LineView } from "./client";
import { leaveLine, lineStreamUrl, myPlace } from "./requests";
import { dropTicket } from "./ticket-store";
import { join, keepTicketOf, standsInLine } from "./tickets";

export interface Line {
  /** Null while I am not in the line. */
  view: LineView | null;
  isBusy: boolean;
  problem: Problem | null;
  join: () => void;
  leave: () => void;
}

const NOBODY = "only somebody signed in is shown these buttons";

export function useLine(eventId: string, accountId: number | null): Line {
  const { view, follow, hasLeft } = useFollowedLine(eventId, accountId);

  const joining = useMutation({
    mutationFn: async () => {
      if (accountId === null) throw new Error(NOBODY);
      await join(eventId, accountId);
    },
    onSuccess: follow,
  });
  const leaving = useMutation({
    mutationFn: () => leaveLine(eventId),
    onSuccess: () => {
      if (accountId !== null) dropTicket(accountId, eventId);
      hasLeft();
    },
  });
  return {
    view,
    isBusy: joining.isPending || leaving.isPending,
    problem: joining.error ?? leaving.error,
    join: () => joining.mutate(),
    leave: () => leaving.mutate(),
  };
}

/** The live line, from the moment that I am found or put in it. */
function useFollowedLine(eventId: string, accountId: number | null) {
  const [view, setView] = useState<LineView | null>(null);
  const client = useRef<LineClient | null>(null);

  const follow = useCallback(() => {
    if (accountId === null) return;
    client.current?.close();
    client.current = new LineClient({
      openStream: () => new EventSource(lineStreamUrl(eventId, accountId)),
      fetchPlace: () => myPlace(eventId),
      onChange: (seen) => {
        keepTicketOf(seen.place, accountId, eventId);
        setView(seen);
      },
    });
    setView(client.current.view);
    client.current.open();
  }, [eventId, accountId]);

  useEffect(() => {
    setView(null);
    if (accountId === null) return;
    let gone = false;
    void standsInLine(eventId, accountId).then((stands) => stands && !gone && follow());
    return () => {
      gone = true;
      client.current?.close();
      client.current = null;
    };
  }, [eventId, accountId, follow]);

  const hasLeft = useCallback(() => {
    client.current?.close();
    setView((last) => last && { ...last, connection: "ended", state: "left" });
  }, []);
  return { view, follow, hasLeft };
}
