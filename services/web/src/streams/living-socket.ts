/** A WebSocket that comes back: back-off after a cut, a ping against half-open connections, a renewed session. */

import type { CloseCode } from "../api/generated/chat";
import { asProblem, mayPass, type Problem } from "../api/problem";
import { backOff } from "./back-off";
import type { Connection } from "./living-stream";

/** The part of WebSocket that is used. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface SocketSurroundings {
  openSocket: () => Socket;
  /** Renew the session. Throws a Problem when it is over, or is somebody else's. */
  renewSession: () => Promise<void>;
  firstDelayMs?: number;
  /** How long to stay away after having been too much. */
  quietMs?: number;
  /** A ping goes out this often; without any frame for twice as long, the connection counts as dead. */
  pingMs?: number;
}

export interface SocketHandlers<Received> {
  onOpen: () => void;
  onFrame: (frame: Received) => void;
  onCut: () => void;
  onConnection: (connection: Connection, problem: Problem | null) => void;
}

/** Close codes of our services; 1012 and the browser's own need no word. */
export const CLOSED = {
  /** The token ran out, or the session was ended. */
  tokenRanOut: 4401,
  /** The session in the cookies is another account's than the page acts for. */
  anotherAccount: 4409,
  /** More frames than an account may send. */
  tooManyFrames: 4429,
  /** More sockets than an account or an address may hold. */
  tooManySockets: 4430,
} as const satisfies Record<string, CloseCode>;
/** Whoever was closed for being too much stays away for so long. */
const QUIET_MS = 10_000;

export class LivingSocket<Sent, Received> {
  connection: Connection = "connecting";
  private readonly around: SocketSurroundings;
  private readonly handlers: SocketHandlers<Received>;
  private socket: Socket | null = null;
  private isWanted = false;
  private nextId = 1;
  private failures = 0;
  private lastReceived = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(around: SocketSurroundings, handlers: SocketHandlers<Received>) {
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

  send(frame: Sent | { type: "ping"; id: number }): void {
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
    socket.onmessage = (event: { data: unknown }) => this.receive(event.data);
    socket.onclose = (event: { code: number }) => {
      if (this.socket === socket) void this.cut(event.code);
    };
  }

  private opened(): void {
    this.lastReceived = Date.now();
    this.become("live");
    this.handlers.onOpen();
    this.ping();
  }

  private receive(data: unknown): void {
    this.lastReceived = Date.now();
    this.handlers.onFrame(JSON.parse(String(data)) as Received);
  }

  private drop(): void {
    clearTimeout(this.pingTimer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.handlers.onCut();
  }

  /** A refused handshake and a session that is over look alike from here, so both renew the session. */
  private async cut(code: number): Promise<void> {
    const concernsSession = !this.isLive || code === CLOSED.tokenRanOut || code === CLOSED.anotherAccount;
    this.drop();
    this.failures += 1;
    this.become("retrying");
    if (concernsSession) {
      try {
        await this.around.renewSession();
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (!mayPass(problem)) return this.end(problem);
      }
    }
    if (this.connection !== "retrying") return;
    const wasTooMuch = code === CLOSED.tooManyFrames || code === CLOSED.tooManySockets;
    const quietMs = wasTooMuch ? (this.around.quietMs ?? QUIET_MS) : 0;
    this.retryTimer = setTimeout(() => this.connect(), quietMs + backOff(this.failures, this.around.firstDelayMs));
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
      if (Date.now() - this.lastReceived > 2 * every) return void this.cut(0);
      this.send({ type: "ping", id: this.newId() });
      this.ping();
    }, every);
  }

  private become(connection: Connection, problem: Problem | null = null): void {
    this.connection = connection;
    this.handlers.onConnection(connection, problem);
  }
}
