import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";
import { seenBy } from "../../api/queries";
import type { Room } from "../../api/types";

export const roomList = (accountId: number | null) => ({
  queryKey: seenBy(accountId, "rooms"),
  read: (cursor: string | null) => api.get("/api/v1/rooms", { query: { cursor } }),
});

/** One of my rooms. There is no address for one alone, so it is looked for among all. */
export const roomOf = (accountId: number | null, id: string) =>
  queryOptions({
    queryKey: seenBy(accountId, "room", id),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => findRoom(id),
  });

/** What a list or an answer said already need not be looked for. */
export function knowRoom(queries: QueryClient, accountId: number | null, room: Room): void {
  queries.setQueryData(roomOf(accountId, room.id).queryKey, room);
}

export const openRoom = (groomerId: number) => api.post("/api/v1/rooms", { body: { groomer_id: groomerId } });

export const readHistory = (roomId: string, before: string | null) =>
  api.get("/api/v1/rooms/{room_id}/messages", { path: { room_id: roomId }, query: { before, limit: 50 } });

async function findRoom(id: string): Promise<Room | null> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<ReturnType<typeof roomList>["read"]>> = await roomList(null).read(cursor);
    const room = page.items.find((mine) => mine.id === id);
    if (room) return room;
    cursor = page.next;
  } while (cursor !== null);
  return null;
}
