/** One customer's dealings with one line: look whether I stand in it, join, follow, leave. */

import { useCallback, useEffect, useRef, useState } from "react";
import { line } from "../../api/doors";
import { asProblem, type Problem } from "../../api/problem";
import type { Ticket } from "../../api/types";
import { type Doing, useDoing } from "../../ui/loading";
import { LineClient, type LineView } from "./client";
import type { Place } from "./documents";
import { dropTicket, keepRegistration, keepTicket, keptTicket } from "./ticket-store";

export interface Line {
  /** Null while I am not in the line. */
  view: LineView | null;
  doing: Doing;
  join: () => void;
  leave: () => void;
}

export function useLine(eventId: string, accountId: number | null): Line {
  const [view, setView] = useState<LineView | null>(null);
  const client = useRef<LineClient | null>(null);
  const doing = useDoing();

  const follow = useCallback(() => {
    client.current?.close();
    client.current = new LineClient({
      openStream: () => new EventSource(line.streamUrl(eventId)),
      fetchPlace: () => line.place(eventId),
      onChange: (seen) => {
        if (accountId !== null) keepTicketOf(seen.place, accountId, eventId);
        setView(seen);
      },
    });
    setView(client.current.view);
    client.current.open();
  }, [eventId, accountId]);

  // After a refresh, or on another device, the line still knows me.
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

  const join = (): void => {
    if (accountId === null) return;
    void doing.run(async () => {
      const { ticket, state } = await joined(eventId, keptTicket(accountId, eventId));
      keepTicket(accountId, eventId, ticket);
      if (state === "registered") keepRegistration(accountId, eventId, ticket);
      follow();
    });
  };

  const leave = (): void => {
    if (accountId === null) return;
    void doing.run(async () => {
      await line.leave(eventId);
      dropTicket(accountId, eventId);
      client.current?.close();
      setView((last) => last && { ...last, connection: "ended", state: "left" });
    });
  };
  return { view, doing, join, leave };
}

/** A place that was drawn has a ticket of its own. */
function keepTicketOf(place: Place | null, accountId: number, eventId: string): void {
  const ticket = place?.ticket ?? null;
  if (ticket !== null && ticket !== keptTicket(accountId, eventId)) keepTicket(accountId, eventId, ticket);
}

async function standsInLine(eventId: string, accountId: number): Promise<boolean> {
  try {
    await line.place(eventId);
    return true;
  } catch (thrown) {
    const ticket = keptTicket(accountId, eventId);
    return ticket !== null && asProblem(thrown).code === "not-in-line" && restored(eventId, accountId, ticket);
  }
}

/** The line forgot me (its memory was lost, or I was away too long) but I hold a signed ticket. */
async function restored(eventId: string, accountId: number, ticket: string): Promise<boolean> {
  try {
    keepTicket(accountId, eventId, (await line.join(eventId, ticket)).ticket);
    return true;
  } catch (thrown) {
    if (isUseless(asProblem(thrown))) dropTicket(accountId, eventId);
    return false;
  }
}

/** A ticket that the line does not take any more must not keep anybody from joining anew. */
async function joined(eventId: string, ticket: string | null): Promise<Ticket> {
  try {
    return await line.join(eventId, ticket);
  } catch (thrown) {
    if (ticket === null || !isUseless(asProblem(thrown))) throw thrown;
    return line.join(eventId, null);
  }
}

function isUseless(problem: Problem): boolean {
  return problem.code === "invalid-ticket" || problem.code === "invalid-input";
}
