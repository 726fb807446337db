/** The queue's addresses, in the shape that openapi-typescript writes (docs/doors.md, "The line"). */

import type { LineState, Place, PlaceState } from "../features/line/documents";

/** Public: what anybody may know of a line. */
interface LineStatus {
  state: LineState;
  serving: number;
  waiting: number;
  stock_left: number;
  issued: number;
  opens_at: string;
  closes_at: string;
}

/** What joining gives. `ticket` is signed: presented again, it restores its own number. */
interface Ticket {
  ticket: string;
  number: number;
  ahead: number | null;
  state: PlaceState;
}

interface OfEvent {
  query?: never;
  header?: never;
  path: { event_id: string };
  cookie?: never;
}

interface Json<Document> {
  content: { "application/json": Document };
}

interface Asked<Document> {
  parameters: OfEvent;
  requestBody?: never;
  responses: { 200: Json<Document> };
}

export interface paths {
  "/queue/v1/events/{event_id}": { get: Asked<LineStatus> };
  "/queue/v1/events/{event_id}/place": { get: Asked<Place> };
  "/queue/v1/events/{event_id}/ticket": {
    post: {
      parameters: OfEvent;
      requestBody: Json<{ ticket?: string }>;
      responses: { 200: Json<Ticket>; 201: Json<Ticket> };
    };
    delete: { parameters: OfEvent; requestBody?: never; responses: { 204: { content?: never } } };
  };
}
