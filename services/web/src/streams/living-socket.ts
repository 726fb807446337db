/** A WebSocket that comes back: back-off after a cut, a ping against half-open connections, a renewed session. */

import { asProblem, type Problem } from "../api/problem";
import { type ClientFrame, type ServerFrame, TOKEN_RAN_OUT } from "../features/chat/frames";
import { backOff } from "./back-off";

/** The part of WebSocket that is used. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

export type Connection = "connecting" | "live" | "retrying" | "ended";

export interface SocketSurroundings {
  openSocket: () => Socket;
  /** A token may have run out: renew the session. Throws a Problem when nobody is signed in any more. */
  renewSession: () => Promise<void>;
  firstDelayMs?: number;
  /** A ping goes out this often; without any frame for twice as long, the connection counts as dead. */
  pingMs?: number;
}

export interface SocketHandlers {
  onOpen: () => void;
  onFrame: (frame: ServerFrame) => void;
  onCut: () => void;
  onConnection: (connection: Connection, problem: Problem | null) => void;
}

export class LivingSocket {
  connection: Connection = "connecting";
  private readonly around: SocketSurroundings;
  private readonly handlers: SocketHandlers;
  private socket: Socket | null = null;
  private isWanted = false;
  private nextId = 1;
  private failures = 0;
  private lastHeard = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(around: SocketSurroundings, handlers: SocketHandlers) {
    this.around = around;
    this.handlers = handlers;
  }

  get isLive(): boolean {
    return this.connection === "live";
  }

  /** Once is enough; after `close` it may be opened again. */
  open(): void {
    if (this.isWanted) return;
    this.isWanted = true;
    this.become("connecting");
    this.connect();
  }

  close(): void {
    this.end(null);
  }

  newId(): number {
    return this.nextId++;
  }

  tell(frame: ClientFrame): void {
    this.socket?.send(JSON.stringify(frame));
  }

  /** The server does its work for us again: the next cut starts with the shortest wait. */
  isWell(): void {
    this.failures = 0;
  }

  private connect(): void {
    const socket = this.around.openSocket();
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event: { data: unknown }) => this.heard(event.data);
    socket.onclose = (event: { code: number }) => {
      if (this.socket === socket) void this.cut(event.code);
    };
  }

  private opened(): void {
    this.lastHeard = Date.now();
    this.become("live");
    this.handlers.onOpen();
    this.ping();
  }

  private heard(data: unknown): void {
    this.lastHeard = Date.now();
    this.handlers.onFrame(JSON.parse(String(data)) as ServerFrame);
  }

  private drop(): void {
    clearTimeout(this.pingTimer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.handlers.onCut();
  }

  /** A refused handshake and a token that ran out look alike from here, so both renew the session. */
  private async cut(code: number): Promise<void> {
    const neverOpened = !this.isLive;
    this.drop();
    this.failures += 1;
    this.become("retrying");
    if (neverOpened || code === TOKEN_RAN_OUT) {
      try {
        await this.around.renewSession();
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (problem.status === 401) return this.end(problem);
      }
    }
    if (this.connection !== "retrying") return;
    this.retryTimer = setTimeout(() => this.connect(), backOff(this.failures, this.around.firstDelayMs));
  }

  private end(problem: Problem | null): void {
    this.isWanted = false;
    clearTimeout(this.retryTimer);
    this.drop();
    this.become("ended", problem);
  }

  private ping(): void {
    const every = this.around.pingMs ?? 20_000;
    this.pingTimer = setTimeout(() => {
      if (Date.now() - this.lastHeard > 2 * every) return void this.cut(0);
      this.tell({ type: "ping", id: this.newId() });
      this.ping();
    }, every);
  }

  private become(connection: Connection, problem: Problem | null = null): void {
    this.connection = connection;
    this.handlers.onConnection(connection, problem);
  }
}
