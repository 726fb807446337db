import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";
import { seenBy } from "../../api/queries";

const ASK_EVERY_MS = 30_000;

export const myNotifications = (accountId: number | null) => ({
  queryKey: seenBy(accountId, "notifications"),
  read: (cursor: string | null) => api.get("/api/v1/notifications", { query: { cursor } }),
});

/** How many are unread: asked for now and then while the page is looked at. */
export const unreadCount = (accountId: number) =>
  queryOptions({
    queryKey: seenBy(accountId, "unread"),
    queryFn: async () => (await api.get("/api/v1/notifications", { query: { limit: 1 } })).unread,
    refetchInterval: ASK_EVERY_MS,
    refetchOnWindowFocus: "always",
  });

export const readAll = () => api.post("/api/v1/notifications/read", {});
