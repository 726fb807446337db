/** The documents of docs/doors.md that main sends. Times are RFC 3339 with an offset, money is whole won. */

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type Role = "customer" | "groomer" | "operator";

export interface Account {
  id: number;
  email: string;
  name: string;
  role: Role;
}

export type DogSize = "small" | "medium" | "large";
export const DOG_SIZES: readonly DogSize[] = ["small", "medium", "large"];

export interface Named {
  id: number;
  name: string;
}

export interface SalonCard {
  id: number;
  name: string;
  region: string;
  address: string;
  summary: string;
}

export interface Treatment extends Named {
  prices: Partial<Record<DogSize, number>>;
  minutes: Partial<Record<DogSize, number>>;
}

export interface OpeningHours {
  /** 0 is Monday. */
  weekday: number;
  /** HH:MM, Korean time. */
  opens_at: string;
  closes_at: string;
}

export interface Salon extends SalonCard {
  opening_hours: OpeningHours[];
  groomers: Named[];
  treatments: Treatment[];
}

export interface Slot {
  starts_at: string;
  ends_at: string;
}

export interface Booking {
  id: string;
  status: string;
  groomer: Named;
  salon: Named;
  treatment: Named;
  starts_at: string;
  ends_at: string;
  price: number;
}

export interface Notification {
  id: number | string;
  kind: string;
  facts: Record<string, string>;
  created_at: string;
  read_at: string | null;
}

export interface NotificationPage extends Page<Notification> {
  unread: number;
}

export type LineState = "not-open" | "drawing" | "open" | "paused" | "sold-out" | "closed";

export interface CouponEvent {
  id: string;
  title: string;
  quantity: number;
  discount_won: number;
  opens_at: string;
  closes_at: string;
  /** "draft" and "published" are the operator's; the others are the line's. */
  state: string;
  paused: boolean;
  line_order: LineOrder;
  /** Of a lottery: the hash of the seed that will order it. Null for drafts too. */
  order_commitment: string | null;
  /** Operators alone see rehearsals. */
  rehearsal: boolean;
}

export type LineOrder = "fifo" | "lottery";

/** One act of an operator. `facts` has [before, after] of each field that it changed. */
export interface AuditEntry {
  id: number;
  act: string;
  operator: Named;
  acted_at: string;
  revision_before: number;
  revision_after: number;
  facts: Record<string, [unknown, unknown]>;
  trace_id: string;
}

export interface Coupon {
  id: string;
  coupon_event_id: string;
  serial: number;
  discount_won: number;
  issued_at: string;
  expires_at: string;
}

export interface Room {
  id: string;
  salon_name: string;
  other: Named;
}

export interface ChatMessage {
  room_id: string;
  cursor: string;
  sender_id: number;
  client_message_id: string;
  text: string;
  sent_at: string;
}

/** Public: what anybody may know of a line (queue). */
export interface LineStatus {
  state: LineState;
  serving: number;
  waiting: number;
  stock_left: number;
  issued: number;
  opens_at: string;
  closes_at: string;
}

/** What joining gives. `ticket` is signed: presented again, it restores its own number. */
export interface Ticket {
  ticket: string;
  number: number;
  ahead: number | null;
  state: string;
}
