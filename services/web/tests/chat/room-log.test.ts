import { expect, test } from "vitest";
import type { ChatMessage } from "../../src/api/types";
import { compareCursors } from "../../src/features/chat/conversation/cursor";
import { RoomLog } from "../../src/features/chat/conversation/room-log";

const ME = 1;
const YOU = 2;

function message(offset: number, facts: Partial<ChatMessage> = {}): ChatMessage {
  return {
    room_id: "r",
    cursor: `1-${offset}`,
    sender_id: YOU,
    client_message_id: `id-${offset}`,
    text: `text ${offset}`,
    sent_at: "2026-01-01T00:00:00+09:00",
    ...facts,
  };
}

const cursors = (log: RoomLog): string[] => log.view().messages.map(({ cursor }) => cursor);

test("cursors are compared as numbers, epoch first", () => {
  expect(["2-1", "1-10", "1-9"].sort(compareCursors)).toEqual(["1-9", "1-10", "2-1"]);
});

test("whatever comes twice is shown once, in log order", () => {
  const log = new RoomLog(ME);

  log.merge([message(5), message(9)]);
  log.merge([message(10), message(9), message(7)]);

  expect(cursors(log)).toEqual(["1-5", "1-7", "1-9", "1-10"]);
});

test("a copy that a resend made is passed over, whichever comes first", () => {
  const log = new RoomLog(ME);

  log.merge([message(8, { client_message_id: "same" })]);
  log.merge([message(5, { client_message_id: "same" }), message(9, { client_message_id: "same" })]);

  expect(cursors(log)).toEqual(["1-5"]);
});

test("my pending message becomes the message of the log, by its frame or by its ack", () => {
  const log = new RoomLog(ME);
  log.add({ client_message_id: "a", text: "one", sent_at: "t", problem: null });
  log.add({ client_message_id: "b", text: "two", sent_at: "t", problem: null });

  log.merge([message(5, { sender_id: ME, client_message_id: "a", text: "one" })]);
  log.acknowledge("r", "a", "1-5");
  log.acknowledge("r", "b", "1-6");
  log.merge([message(6, { sender_id: ME, client_message_id: "b", text: "two" })]);

  expect(log.view().pending).toEqual([]);
  expect(log.view().messages.map(({ text }) => text)).toEqual(["one", "two"]);
});

test("an ack does not move the point of resuming: others' messages before it may be on their way", () => {
  const log = new RoomLog(ME);
  log.merge([message(5)]);
  log.add({ client_message_id: "a", text: "one", sent_at: "t", problem: null });

  log.acknowledge("r", "a", "1-8");

  expect(log.resumeAfter).toBe("1-5");
});

test("a newest page beyond a hole takes the place of what was before the hole", () => {
  const log = new RoomLog(ME);
  log.mergeNewest({ items: [message(1), message(2)], next: null }, null);

  log.mergeNewest({ items: [message(50), message(51)], next: "1-50" }, "1-2");

  expect(cursors(log)).toEqual(["1-50", "1-51"]);
  expect(log.older).toBe("1-50");
});

test("a newest page that reaches back to what is known leaves it in place", () => {
  const log = new RoomLog(ME);
  log.mergeNewest({ items: [message(1), message(2)], next: null }, null);

  log.mergeNewest({ items: [message(2), message(3)], next: "1-2" }, "1-2");

  expect(cursors(log)).toEqual(["1-1", "1-2", "1-3"]);
});
