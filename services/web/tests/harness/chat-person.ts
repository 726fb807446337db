import { WebSocket } from "ws";
import type { Problem } from "../../src/api/problem";
import { ChatClient, type ChatSurroundings } from "../../src/features/chat/conversation/client";
import type { RoomView } from "../../src/features/chat/conversation/room-log";
import type { Socket } from "../../src/streams/living-socket";
import type { ChatServer } from "./chat-server";

export const ME = 1;
export const YOU = 2;

/** As in a browser: an error is told by `onclose` alone, and nobody has to listen for it. */
function browserSocket(url: string): Socket {
  const socket = new WebSocket(url);
  socket.on("error", () => {});
  return socket as unknown as Socket;
}

/** A person with the room open. */
export class Person {
  view: RoomView = { messages: [], pending: [], hasOlder: false };
  problems: Problem[] = [];
  renewals = 0;
  readonly client: ChatClient;

  constructor(server: ChatServer, around: Partial<ChatSurroundings> = {}) {
    this.client = new ChatClient({
      myId: ME,
      openSocket: () => browserSocket(server.url),
      renewSession: async () => void (this.renewals += 1),
      readHistory: async (_roomId, before) => server.history(before),
      firstDelayMs: 10,
      historyLagMs: 20,
      ...around,
    });
  }

  async enter(): Promise<void> {
    this.client.open();
    await this.client.enter("r", {
      onChange: (view) => (this.view = view),
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  get texts(): string[] {
    return this.view.messages.map(({ text }) => text);
  }
}
