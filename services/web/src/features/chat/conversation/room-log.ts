/**
 * What one room shows: messages in log order, then my own that are not acknowledged yet.
 *
 * History, live frames and acks overlap and repeat after a cut. Merging them is idempotent: a message is known
 * by its cursor, and by (sender, client_message_id), of which the first in the log is the message and any later
 * one is a copy made by a resend.
 */

import type { Problem } from "../../../api/problem";
import type { ChatMessage, Page } from "../../../api/types";
import { compareCursors } from "./cursor";

export interface Pending {
  client_message_id: string;
  text: string;
  sent_at: string;
  problem: Problem | null;
}

export interface RoomView {
  messages: readonly ChatMessage[];
  pending: readonly Pending[];
  /** There is more to page back to. */
  hasOlder: boolean;
}

export class RoomLog {
  private readonly myId: number;
  private readonly byCursor = new Map<string, ChatMessage>();
  private readonly cursorBySending = new Map<string, string>();
  private pending: Pending[] = [];
  /** Up to here nothing is missing: only what the server sent in order moves it, never an ack. */
  resumeAfter: string | null = null;
  /** The cursor that pages back from the oldest message shown, or null at the beginning of the room. */
  older: string | null = null;

  constructor(myId: number) {
    this.myId = myId;
  }

  view(): RoomView {
    const messages = [...this.byCursor.values()].sort((a, b) => compareCursors(a.cursor, b.cursor));
    return { messages, pending: this.pending, hasOlder: this.older !== null };
  }

  /**
   * The newest page of history. If it begins past `knownUpTo` there may be a hole between the two, so what is
   * older than the page goes and is paged back to like everything else.
   */
  mergeNewest(page: Page<ChatMessage>, knownUpTo: string | null): void {
    const first = page.items[0]?.cursor;
    const hole =
      page.next !== null && first !== undefined && (knownUpTo === null || compareCursors(first, knownUpTo) > 0);
    if (hole) {
      for (const cursor of this.byCursor.keys()) {
        if (compareCursors(cursor, first) < 0) this.byCursor.delete(cursor);
      }
    }
    if (hole || this.older === null) this.older = page.next;
    this.merge(page.items);
  }

  mergeOlder(page: Page<ChatMessage>): void {
    this.older = page.next;
    this.merge(page.items);
  }

  /** Messages that the server sent in order, live or as a page of history. */
  merge(messages: readonly ChatMessage[]): void {
    for (const message of messages) {
      this.take(message);
      this.reached(message.cursor);
    }
  }

  reached(cursor: string): void {
    if (this.resumeAfter === null || compareCursors(cursor, this.resumeAfter) > 0) this.resumeAfter = cursor;
  }

  /** The first of mine that is neither acknowledged nor refused. */
  nextToSend(): Pending | undefined {
    return this.pending.find((pending) => pending.problem === null);
  }

  add(pending: Pending): void {
    this.pending = [...this.pending, pending];
  }

  /** The message stands in the log now. Its own frame may come before, later, or (after a cut) never. */
  acknowledge(roomId: string, clientMessageId: string, cursor: string): void {
    const mine = this.pending.find((pending) => pending.client_message_id === clientMessageId);
    if (mine === undefined) return;
    const { text, sent_at } = mine;
    this.take({ room_id: roomId, cursor, sender_id: this.myId, client_message_id: clientMessageId, text, sent_at });
  }

  refuse(clientMessageId: string, problem: Problem | null): void {
    this.pending = this.pending.map((pending) =>
      pending.client_message_id === clientMessageId ? { ...pending, problem } : pending,
    );
  }

  discard(clientMessageId: string): void {
    this.pending = this.pending.filter((pending) => pending.client_message_id !== clientMessageId);
  }

  private take(message: ChatMessage): void {
    const sending = `${message.sender_id}/${message.client_message_id}`;
    const known = this.cursorBySending.get(sending);
    if (known !== undefined && compareCursors(known, message.cursor) < 0) return;
    if (known !== undefined) this.byCursor.delete(known);

    this.cursorBySending.set(sending, message.cursor);
    this.byCursor.set(message.cursor, message);
    if (message.sender_id === this.myId) this.discard(message.client_message_id);
  }
}
