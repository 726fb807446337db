/** Joining, with the ticket that this browser may hold from before. */

import { asProblem, type Problem } from "../../api/problem";
import type { Ticket } from "../../api/types";
import type { Place } from "./documents";
import { joinLine, myPlace } from "./requests";
import { dropTicket, keepRegistration, keepTicket, keptTicket } from "./ticket-store";

/** After a refresh, or on another device, the line still knows me. */
export async function standsInLine(eventId: string, accountId: number): Promise<boolean> {
  try {
    await myPlace(eventId);
    return true;
  } catch (thrown) {
    const ticket = keptTicket(accountId, eventId);
    return ticket !== null && asProblem(thrown).code === "not-in-line" && restored(eventId, accountId, ticket);
  }
}

export async function join(eventId: string, accountId: number): Promise<void> {
  const { ticket, state } = await joined(eventId, keptTicket(accountId, eventId));
  keepTicket(accountId, eventId, ticket);
  if (state === "registered") keepRegistration(accountId, eventId, ticket);
}

/** A place that was drawn has a ticket of its own. */
export function keepTicketOf(place: Place | null, accountId: number, eventId: string): void {
  const ticket = place?.ticket ?? null;
  if (ticket !== null && ticket !== keptTicket(accountId, eventId)) keepTicket(accountId, eventId, ticket);
}

/** The line forgot me (its memory was lost, or I was away too long) but I hold a signed ticket. */
async function restored(eventId: string, accountId: number, ticket: string): Promise<boolean> {
  try {
    keepTicket(accountId, eventId, (await joinLine(eventId, ticket)).ticket);
    return true;
  } catch (thrown) {
    if (isUseless(asProblem(thrown))) dropTicket(accountId, eventId);
    return false;
  }
}

/** A ticket that the line does not take any more must not keep anybody from joining anew. */
async function joined(eventId: string, ticket: string | null): Promise<Ticket> {
  try {
    return await joinLine(eventId, ticket);
  } catch (thrown) {
    if (ticket === null || !isUseless(asProblem(thrown))) throw thrown;
    return joinLine(eventId, null);
  }
}

function isUseless(problem: Problem): boolean {
  return problem.code === "invalid-ticket" || problem.code === "invalid-input";
}
