import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";
import { seenBy } from "../../api/queries";
import type { BodyOf } from "../../api/typed";

export type EventAct = "publish" | "open" | "pause" | "resume" | "close";

/** Operators see drafts and rehearsals too, so it is each reader's own list. */
export const eventList = (accountId: number | null) => ({
  queryKey: seenBy(accountId, "coupon-events"),
  read: (cursor: string | null) => api.get("/api/v1/coupon-events", { query: { cursor } }),
});

export const eventOf = (accountId: number | null, id: string) =>
  queryOptions({
    queryKey: seenBy(accountId, "coupon-event", id),
    // The line tells what changes; many who look at a drop must not ask main again and again.
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => api.get("/api/v1/coupon-events/{event_id}", { path: { event_id: id } }),
  });

export const myCoupons = (accountId: number | null) => ({
  queryKey: seenBy(accountId, "coupons"),
  read: (cursor: string | null) => api.get("/api/v1/coupons", { query: { cursor } }),
});

export const auditOf = (accountId: number | null, id: string) => ({
  queryKey: seenBy(accountId, "audit", id),
  read: (cursor: string | null) =>
    api.get("/api/v1/coupon-events/{event_id}/audit", { path: { event_id: id }, query: { cursor } }),
});

export const drawUrl = (id: string) => `/api/v1/coupon-events/${encodeURIComponent(id)}/draw`;

export const createEvent = (body: BodyOf<"post", "/api/v1/coupon-events">) =>
  api.post("/api/v1/coupon-events", { body });

export const actOn = (id: string, act: EventAct) =>
  api.post(`/api/v1/coupon-events/{event_id}/${act}`, { path: { event_id: id } });

export const setPace = (id: string, pace_ceiling_per_second: number | null) =>
  api.post("/api/v1/coupon-events/{event_id}/pace", { path: { event_id: id }, body: { pace_ceiling_per_second } });

export const setMessage = (id: string, message: { ko: string; en: string }) =>
  api.post("/api/v1/coupon-events/{event_id}/message", { path: { event_id: id }, body: message });
