/** Every door of docs/doors.md that the page uses, as one typed call each. */

import type { Place } from "../features/line/documents";
import { exclusivelyInBrowser, Http } from "./http";
import type {
  Account,
  AuditEntry,
  Booking,
  ChatMessage,
  Coupon,
  CouponEvent,
  DogSize,
  LineStatus,
  NotificationPage,
  Page,
  Room,
  Salon,
  SalonCard,
  Slot,
  Ticket,
} from "./types";

export const http = new Http({
  baseUrl: "",
  fetch: (...request) => fetch(...request),
  readCookies: () => document.cookie,
  language: () => (document.documentElement.lang === "en" ? "en" : "ko"),
  exclusively: exclusivelyInBrowser,
});

export type EventAct = "publish" | "open" | "pause" | "resume" | "close";

const queryOf = (parameters: Record<string, string | number | null>): string => {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]));
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
};

export const accounts = {
  me: () => http.get<Account>("/api/v1/accounts/me"),
  signUp: (input: { email: string; password: string; name: string }) => http.post<Account>("/api/v1/accounts", input),
  signIn: (input: { email: string; password: string }) =>
    http.post<{ account: Account }>("/api/v1/sessions", { ...input, client: "browser" }),
  signOut: () => http.delete("/api/v1/sessions"),
};

export const salons = {
  list: (cursor: string | null) => http.get<Page<SalonCard>>(`/api/v1/salons${queryOf({ cursor })}`),
  one: (id: string) => http.get<Salon>(`/api/v1/salons/${id}`),
  slots: (groomerId: number, treatment: number, dogSize: DogSize, from: string) =>
    http.get<{ items: Slot[] }>(
      `/api/v1/groomers/${groomerId}/slots${queryOf({ treatment, dog_size: dogSize, from, days: 1 })}`,
    ),
};

export const bookings = {
  list: (cursor: string | null) => http.get<Page<Booking>>(`/api/v1/bookings${queryOf({ cursor })}`),
  book: (input: { groomer_id: number; treatment_id: number; dog_size: DogSize; starts_at: string }) =>
    http.post<Booking>("/api/v1/bookings", input),
  cancel: (id: string) => http.post<Booking>(`/api/v1/bookings/${id}/cancel`),
};

export const notifications = {
  list: (cursor: string | null) => http.get<NotificationPage>(`/api/v1/notifications${queryOf({ cursor })}`),
  unread: async () => (await http.get<NotificationPage>("/api/v1/notifications?limit=1")).unread,
  readAll: () => http.post<{ unread: number }>("/api/v1/notifications/read"),
};

export const couponEvents = {
  list: (cursor: string | null) => http.get<Page<CouponEvent>>(`/api/v1/coupon-events${queryOf({ cursor })}`),
  one: (id: string) => http.get<CouponEvent>(`/api/v1/coupon-events/${id}`),
  drawUrl: (id: string) => `/api/v1/coupon-events/${id}/draw`,
  create: (input: object) => http.post<CouponEvent>("/api/v1/coupon-events", input),
  act: (id: string, act: EventAct) => http.post<CouponEvent>(`/api/v1/coupon-events/${id}/${act}`),
  pace: (id: string, perSecond: number | null) =>
    http.post<CouponEvent>(`/api/v1/coupon-events/${id}/pace`, { pace_ceiling_per_second: perSecond }),
  say: (id: string, message: { ko: string; en: string }) =>
    http.post<CouponEvent>(`/api/v1/coupon-events/${id}/message`, message),
  audit: (id: string, cursor: string | null) =>
    http.get<Page<AuditEntry>>(`/api/v1/coupon-events/${id}/audit${queryOf({ cursor })}`),
  myCoupons: (cursor: string | null) => http.get<Page<Coupon>>(`/api/v1/coupons${queryOf({ cursor })}`),
};

export const line = {
  status: (id: string) => http.get<LineStatus>(`/queue/v1/events/${id}`),
  join: (id: string, ticket: string | null) =>
    http.post<Ticket>(`/queue/v1/events/${id}/ticket`, ticket === null ? {} : { ticket }),
  place: (id: string) => http.get<Place>(`/queue/v1/events/${id}/place`),
  leave: (id: string) => http.delete(`/queue/v1/events/${id}/ticket`),
  operatorUrl: (id: string) => `/queue/v1/events/${id}/operator`,
  streamUrl: (id: string) => `/queue/v1/events/${id}/line`,
};

export const chat = {
  rooms: (cursor: string | null) => http.get<Page<Room>>(`/api/v1/rooms${queryOf({ cursor })}`),
  openRoom: (groomerId: number) => http.post<Room>("/api/v1/rooms", { groomer_id: groomerId }),
  history: (roomId: string, before: string | null) =>
    http.get<Page<ChatMessage>>(`/api/v1/rooms/${roomId}/messages${queryOf({ before, limit: 50 })}`),
};
