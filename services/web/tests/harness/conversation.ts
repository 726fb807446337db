import { afterEach } from "vitest";
import type { ChatSurroundings } from "../../src/features/chat/conversation/client";
import { Person, YOU } from "./chat-person";
import { ChatServer } from "./chat-server";
import { until } from "./waiting";

/** One chat server and one person for each test, both gone at its end. */
export let server: ChatServer;
export let person: Person;

afterEach(async () => {
  person.client.close();
  await server.stop();
});

export async function startServer(): Promise<void> {
  server = await ChatServer.start();
}

export function newPerson(around: Partial<ChatSurroundings> = {}): void {
  person = new Person(server, around);
}

/** Somebody said hello, and the person has the room open. */
export async function talking(around: Partial<ChatSurroundings> = {}): Promise<void> {
  await startServer();
  server.publish(YOU, "hello");
  newPerson(around);
  await person.enter();
  await until(() => server.received.some(({ type }) => type === "subscribe"), "subscribed");
}
