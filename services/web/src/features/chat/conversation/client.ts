/**
 * Chat over one socket for the whole page: it resumes each room after its cursor, and sends each message until
 * it is acknowledged.
 *
 * Framework-free. A room has one message on its way at a time, so that what I wrote first also stands first in
 * the log. After a cut, or when no answer comes, the same client_message_id goes out again: the server gives the
 * same ack to the same id.
 */

import { mayPass, Problem } from "../../../api/problem";
import type { ChatMessage, Page } from "../../../api/types";
import { LivingSocket, type SocketSurroundings } from "../../../streams/living-socket";
import type { Connection } from "../../../streams/living-stream";
import type { ClientFrame, ServerFrame } from "./frames";
import { newMessageId } from "./message-id";
import { freeTheWay, newRoom, type OpenRoom, type RoomHandlers, readInto, show } from "./open-room";

export interface ChatSurroundings extends SocketSurroundings {
  myId: number;
  /** A page of a room's history in log order: the newest, or the one before a cursor. */
  readHistory: (roomId: string, before: string | null) => Promise<Page<ChatMessage>>;
  /** How long to wait for an ack before the same message goes out again. */
  ackMs?: number;
  /** History is written a moment after the log: how long to wait before it is read again. */
  historyLagMs?: number;
}

type Asked = { type: "subscribe"; roomId: string } | { type: "send"; roomId: string; clientMessageId: string };

export class ChatClient {
  onConnection: (connection: Connection, problem: Problem | null) => void = () => {};
  private readonly around: ChatSurroundings;
  private readonly socket: LivingSocket<ClientFrame, ServerFrame>;
  private readonly rooms = new Map<string, OpenRoom>();
  private readonly asked = new Map<number, Asked>();

  constructor(around: ChatSurroundings) {
    this.around = around;
    this.socket = new LivingSocket(around, {
      onOpen: () => {
        for (const roomId of this.rooms.keys()) this.subscribe(roomId);
      },
      onFrame: (frame) => this.receive(frame),
      onCut: () => this.forgetAnswers(),
      onConnection: (connection, problem) => this.onConnection(connection, problem),
    });
  }

  get connection(): Connection {
    return this.socket.connection;
  }

  open(): void {
    this.socket.open();
  }

  close(): void {
    this.socket.close();
    this.rooms.clear();
  }

  /** Show a room: its newest history, then everything live after it. */
  async enter(roomId: string, handlers: RoomHandlers): Promise<void> {
    const room = this.rooms.get(roomId) ?? newRoom(this.around.myId);
    room.handlers = handlers;
    this.rooms.set(roomId, room);
    // Chat is live even while history rests, so a failed read does not keep us out.
    await this.readNewest(room, roomId, room.log.resumeAfter);
    if (!room.subscribed) this.subscribe(roomId);
  }

  /** Take a room off the screen. What is not acknowledged yet is still sent. */
  leave(roomId: string): void {
    const room = this.rooms.get(roomId);
    if (room === undefined) return;
    room.handlers = null;
    this.forgetIfDone(roomId, room);
  }

  /** One page further back. */
  async readOlder(roomId: string): Promise<void> {
    const room = this.rooms.get(roomId);
    const from = room?.log.older;
    if (room && from) await readInto(room, async (log) => log.mergeOlder(await this.around.readHistory(roomId, from)));
  }

  /** Queue a message; it is shown at once as pending. */
  send(roomId: string, text: string): void {
    const client_message_id = newMessageId();
    const sent_at = new Date().toISOString();
    this.change(roomId, (room) => room.log.add({ client_message_id, text, sent_at, problem: null }));
    this.sendNext(roomId);
  }

  /** Try a refused message once more, under its own id. */
  sendAgain(roomId: string, clientMessageId: string): void {
    this.change(roomId, (room) => room.log.refuse(clientMessageId, null));
    this.sendNext(roomId);
  }

  discard(roomId: string, clientMessageId: string): void {
    this.change(roomId, (room) => room.log.discard(clientMessageId));
  }

  private receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "message": {
        const { type: _type, ...message } = frame;
        return this.change(frame.room_id, (room) => room.log.merge([message]));
      }
      case "subscribed":
        return this.subscribed(frame.room_id, frame.recovered, frame.cursor);
      case "ack":
        return this.acknowledged(frame.reply_to, frame.room_id, frame.client_message_id, frame.cursor);
      case "problem":
        return this.refused(frame.reply_to, new Problem(frame.problem));
    }
  }

  // Receiving

  private subscribe(roomId: string): void {
    const room = this.rooms.get(roomId);
    if (!this.socket.isLive || room === undefined) return;
    const id = this.socket.newId();
    this.asked.set(id, { type: "subscribe", roomId });
    this.socket.send({ type: "subscribe", id, room_id: roomId, after: room.log.resumeAfter });
  }

  private subscribed(roomId: string, recovered: boolean, cursor: string | null): void {
    const room = this.rooms.get(roomId);
    if (room === undefined) return;
    this.socket.isWell();
    room.subscribed = true;
    const knownUpTo = room.log.resumeAfter;
    // Resuming from nowhere, or from too long ago: history has what the socket did not send.
    if (!recovered || knownUpTo === null) void this.catchUp(room, roomId, knownUpTo);
    if (cursor !== null) room.log.reached(cursor);
    this.sendNext(roomId);
  }

  /** Twice: history is written a moment after the log, and merging what is known already changes nothing. */
  private async catchUp(room: OpenRoom, roomId: string, knownUpTo: string | null): Promise<void> {
    await this.readNewest(room, roomId, knownUpTo);
    await new Promise((resolve) => setTimeout(resolve, this.around.historyLagMs ?? 2_000));
    await this.readNewest(room, roomId, knownUpTo);
  }

  private readNewest(room: OpenRoom, roomId: string, knownUpTo: string | null): Promise<void> {
    return readInto(room, async (log) => log.mergeNewest(await this.around.readHistory(roomId, null), knownUpTo));
  }

  // Sending

  private sendNext(roomId: string): void {
    const room = this.rooms.get(roomId);
    if (!this.socket.isLive || !room?.subscribed || room.onItsWay !== null) return;
    const next = room.log.nextToSend();
    if (next === undefined) return;

    room.onItsWay = next.client_message_id;
    const id = this.socket.newId();
    this.asked.set(id, { type: "send", roomId, clientMessageId: next.client_message_id });
    this.socket.send({
      type: "send",
      id,
      room_id: roomId,
      client_message_id: next.client_message_id,
      text: next.text,
    });
    this.sendAfter(roomId, room, this.around.ackMs ?? 10_000);
  }

  /** Offer the front of the room's queue (again) after a while. */
  private sendAfter(roomId: string, room: OpenRoom, milliseconds: number): void {
    clearTimeout(room.timer);
    room.timer = setTimeout(() => {
      room.onItsWay = null;
      this.sendNext(roomId);
    }, milliseconds);
  }

  private acknowledged(replyTo: number, roomId: string, clientMessageId: string, cursor: string): void {
    this.asked.delete(replyTo);
    this.change(roomId, (room) => {
      room.log.acknowledge(roomId, clientMessageId, cursor);
      if (room.onItsWay === clientMessageId) freeTheWay(room);
      this.forgetIfDone(roomId, room);
    });
    this.sendNext(roomId);
  }

  private refused(replyTo: number | null, problem: Problem): void {
    const about = replyTo === null ? undefined : this.asked.get(replyTo);
    const room = about && this.rooms.get(about.roomId);
    if (replyTo === null || about === undefined || room === undefined) return;
    this.asked.delete(replyTo);

    const waitMs = mayPass(problem) ? (problem.retryAfterSeconds ?? 1) * 1000 : null;
    if (about.type === "subscribe") this.subscribeRefused(about.roomId, room, problem, waitMs);
    else if (room.onItsWay === about.clientMessageId) this.sendRefused(about, room, problem, waitMs);
  }

  private subscribeRefused(roomId: string, room: OpenRoom, problem: Problem, waitMs: number | null): void {
    room.handlers?.onProblem(problem);
    if (waitMs !== null) room.timer = setTimeout(() => this.subscribe(roomId), waitMs);
  }

  private sendRefused(
    about: { roomId: string; clientMessageId: string },
    room: OpenRoom,
    problem: Problem,
    waitMs: number | null,
  ): void {
    // Still first in its room; the next try is under the same id.
    if (waitMs !== null) return this.sendAfter(about.roomId, room, waitMs);
    freeTheWay(room);
    if (problem.code === "not-subscribed") {
      room.subscribed = false;
      return this.subscribe(about.roomId);
    }
    this.change(about.roomId, () => room.log.refuse(about.clientMessageId, problem));
    this.forgetIfDone(about.roomId, room);
    this.sendNext(about.roomId);
  }

  // Rooms

  private change(roomId: string, work: (room: OpenRoom) => void): void {
    const room = this.rooms.get(roomId);
    if (room === undefined) return;
    work(room);
    show(room);
  }

  private forgetAnswers(): void {
    this.asked.clear();
    for (const room of this.rooms.values()) {
      freeTheWay(room);
      room.subscribed = false;
    }
  }

  private forgetIfDone(roomId: string, room: OpenRoom): void {
    if (room.handlers !== null || room.log.nextToSend() !== undefined) return;
    freeTheWay(room);
    this.rooms.delete(roomId);
    if (room.subscribed) this.socket.send({ type: "unsubscribe", id: this.socket.newId(), room_id: roomId });
  }
}
