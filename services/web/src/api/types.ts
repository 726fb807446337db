/** Names for the documents that more than one file speaks of. What is in them comes from the OpenAPI documents. */

import type { AnswerOf } from "./typed";

/** A list is read page by page: `next` is the cursor of the one that follows. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

export type Account = AnswerOf<"get", "/api/v1/accounts/me">;
export type Salon = AnswerOf<"get", "/api/v1/salons/{salon_id}">;
export type Booking = AnswerOf<"get", "/api/v1/bookings/{booking_id}">;
export type DogSize = Booking["dog_size"];
export type Notification = AnswerOf<"get", "/api/v1/notifications">["items"][number];
export type CouponEvent = AnswerOf<"get", "/api/v1/coupon-events/{event_id}">;
export type AuditEntry = AnswerOf<"get", "/api/v1/coupon-events/{event_id}/audit">["items"][number];
export type Room = AnswerOf<"get", "/api/v1/rooms">["items"][number];
export type ChatMessage = AnswerOf<"get", "/api/v1/rooms/{room_id}/messages">["items"][number];
export type LineStatus = AnswerOf<"get", "/queue/v1/events/{event_id}">;
export type Ticket = AnswerOf<"post", "/queue/v1/events/{event_id}/ticket">;
