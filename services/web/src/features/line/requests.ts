import { api } from "../../api/client";
import type { Ticket } from "../../api/types";

const of = (event_id: string) => ({ path: { event_id } });

export const lineStatus = (eventId: string) => api.get("/queue/v1/events/{event_id}", of(eventId));

export const myPlace = (eventId: string) => api.get("/queue/v1/events/{event_id}/place", of(eventId));

export const leaveLine = (eventId: string) => api.delete("/queue/v1/events/{event_id}/ticket", of(eventId));

/** With a ticket that I hold already, its own number is restored. */
export const joinLine = (eventId: string, ticket: string | null): Promise<Ticket> =>
  api.post("/queue/v1/events/{event_id}/ticket", { ...of(eventId), body: ticket === null ? {} : { ticket } });

/** An EventSource sets no header, so it says in its address on whose behalf it asks. */
export const lineStreamUrl = (eventId: string, accountId: number) =>
  `/queue/v1/events/${encodeURIComponent(eventId)}/line?account=${accountId}`;

export const operatorStreamUrl = (eventId: string, accountId: number) =>
  `/queue/v1/events/${encodeURIComponent(eventId)}/operator?account=${accountId}`;

/** For whoever looks: it is the same for all. */
export const watchStreamUrl = (eventId: string) => `/queue/v1/events/${encodeURIComponent(eventId)}/watch`;
