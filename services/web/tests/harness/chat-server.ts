/**
 * A small real chat server: one log per room, acks after appending, the same ack for the same client_message_id.
 * The test may hold acks back, cut connections, refuse what it likes, and lose what lies between.
 */

import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { ProblemDocument } from "../../src/api/problem";
import type { ChatMessage, Page } from "../../src/api/types";
import type { ClientFrame, ServerFrame } from "../../src/features/chat/conversation/frames";

export class ChatServer {
  readonly log: ChatMessage[] = [];
  readonly received: ClientFrame[] = [];
  sockets: WebSocket[] = [];
  /** Called for each frame first; true means: the test has dealt with it. */
  intercept: (frame: ClientFrame, socket: WebSocket) => boolean = () => false;
  /** What a resume can still reach back to. */
  recoverableFrom = 0;
  private nextOffset = 1;
  private readonly listening = new Set<WebSocket>();
  private readonly server: WebSocketServer;

  private constructor(server: WebSocketServer) {
    this.server = server;
    server.on("connection", (socket) => {
      this.sockets.push(socket);
      socket.on("close", () => this.listening.delete(socket));
      socket.on("message", (data) => this.take(socket, JSON.parse(String(data)) as ClientFrame));
    });
  }

  static async start(): Promise<ChatServer> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await new Promise((resolve) => server.once("listening", resolve));
    return new ChatServer(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Somebody says something, on whatever instance. */
  publish(senderId: number, text: string, clientMessageId = `${senderId}-${text}`): ChatMessage {
    const known = this.log.find((m) => m.sender_id === senderId && m.client_message_id === clientMessageId);
    if (known) return known;
    const cursor = `1-${this.nextOffset++}`;
    const message = {
      room_id: "r",
      cursor,
      sender_id: senderId,
      client_message_id: clientMessageId,
      text,
      sent_at: "2026-01-01T00:00:00Z",
    };
    this.log.push(message);
    for (const socket of this.listening) send(socket, { type: "message", ...message });
    return message;
  }

  history(before: string | null, limit = 50): Page<ChatMessage> {
    const end = before === null ? this.log.length : this.log.findIndex(({ cursor }) => cursor === before);
    const start = Math.max(0, end - limit);
    return { items: this.log.slice(start, end), next: start === 0 ? null : this.log[start]!.cursor };
  }

  cut(code?: number): void {
    const socket = this.sockets.at(-1);
    if (code === undefined) socket?.terminate();
    else socket?.close(code);
  }

  sends(): ClientFrame[] {
    return this.received.filter((frame) => frame.type === "send");
  }

  async stop(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(socket: WebSocket, frame: ClientFrame): void {
    this.received.push(frame);
    if (this.intercept(frame, socket)) return;
    if (frame.type === "ping") send(socket, { type: "pong", reply_to: frame.id });
    if (frame.type === "subscribe") this.subscribe(socket, frame.id, frame.after ?? null);
    if (frame.type === "send") {
      const { cursor } = this.publish(1, frame.text, frame.client_message_id);
      const { id, room_id, client_message_id } = frame;
      send(socket, { type: "ack", reply_to: id, room_id, client_message_id, cursor });
    }
  }

  private subscribe(socket: WebSocket, id: number, after: string | null): void {
    const offset = after === null ? null : Number(after.split("-")[1]);
    const recovered = offset !== null && offset >= this.recoverableFrom;
    if (recovered) {
      for (const message of this.log.slice(offset)) send(socket, { type: "message", ...message });
    }
    this.listening.add(socket);
    send(socket, { type: "subscribed", reply_to: id, room_id: "r", recovered, cursor: `1-${this.nextOffset - 1}` });
  }
}

export function send(socket: WebSocket, frame: ServerFrame): void {
  socket.send(JSON.stringify(frame));
}

export function refuse(socket: WebSocket, id: number, problem: ProblemDocument): true {
  const type = `https://daengdaeng.salon/problems/${problem.code}`;
  send(socket, { type: "problem", reply_to: id, problem: { ...problem, type } });
  return true;
}
