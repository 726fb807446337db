import { expect, test } from "vitest";
import { ME, YOU } from "../harness/chat-person";
import { refuse } from "../harness/chat-server";
import { newPerson, person, server, startServer, talking } from "../harness/conversation";
import { until } from "../harness/waiting";

test("history, then live messages, then my own with its ack", async () => {
  await talking();

  server.publish(YOU, "how is your dog?");
  await until(() => person.texts.length === 2, "the live message");
  person.client.send("r", "he is fine");

  expect(person.view.pending.map(({ text }) => text)).toEqual(["he is fine"]);
  await until(() => person.view.pending.length === 0, "the ack");
  expect(person.texts).toEqual(["hello", "how is your dog?", "he is fine"]);
});

test("after a cut the room resumes after its cursor, and misses and doubles nothing", async () => {
  await talking();
  server.publish(YOU, "one");
  await until(() => person.texts.length === 2, "live");

  server.cut();
  await until(() => person.client.connection === "retrying", "the cut");
  server.publish(YOU, "two, while away");
  server.publish(YOU, "three, while away");

  await until(() => person.texts.length === 4, "what was missed");
  expect(person.texts).toEqual(["hello", "one", "two, while away", "three, while away"]);
  expect(server.received.filter(({ type }) => type === "subscribe").at(-1)).toMatchObject({ after: "1-2" });
});

test("a message that a cut swallowed goes out again under the same id and stands in the log once", async () => {
  await talking();
  server.intercept = (frame) => {
    if (frame.type !== "send") return false;
    server.cut();
    // The log took it, but so late that neither an ack nor the resume could tell.
    server.intercept = (again) => {
      if (again.type === "send") server.publish(ME, again.text, again.client_message_id);
      return false;
    };
    return true;
  };

  person.client.send("r", "did you hear me?");

  await until(() => server.sends().length === 2 && person.view.pending.length === 0, "the second ack");
  const [first, second] = server.sends() as { client_message_id: string }[];
  expect(second?.client_message_id).toBe(first?.client_message_id);
  expect(server.log.filter(({ text }) => text === "did you hear me?")).toHaveLength(1);
  expect(person.texts).toEqual(["hello", "did you hear me?"]);
});

test("a message whose ack was lost but which the resume brings back needs no second sending", async () => {
  await talking();
  server.intercept = (frame) => {
    if (frame.type !== "send") return false;
    server.cut();
    server.publish(ME, frame.text, frame.client_message_id);
    return true;
  };

  person.client.send("r", "did you hear me?");

  await until(() => person.view.pending.length === 0, "the message in the resume");
  expect(person.texts).toEqual(["hello", "did you hear me?"]);
  expect(server.sends()).toHaveLength(1);
});

test("what is written while the connection is away is sent in order when it is back", async () => {
  await talking();
  server.cut();
  await until(() => person.client.connection === "retrying", "the cut");

  for (const text of ["a", "b", "c"]) person.client.send("r", text);

  await until(() => person.view.pending.length === 0, "all acknowledged");
  expect(server.log.map(({ text }) => text)).toEqual(["hello", "a", "b", "c"]);
});

test("an ack that never comes is asked for again", async () => {
  await talking({ ackMs: 40 });
  let isFirst = true;
  server.intercept = (frame) => frame.type === "send" && isFirst && !(isFirst = false);

  person.client.send("r", "anybody?");

  await until(() => person.view.pending.length === 0, "the ack of the second try");
  expect(server.log.filter(({ text }) => text === "anybody?")).toHaveLength(1);
});

test("too fast: the message waits and keeps its place in front of the next one", async () => {
  await talking();
  let isFirst = true;
  server.intercept = (frame, socket) => {
    if (frame.type !== "send" || !isFirst) return false;
    isFirst = false;
    return refuse(socket, frame.id, { title: "Slow", status: 429, code: "rate-limited", retry_after_seconds: 0.03 });
  };

  person.client.send("r", "first");
  person.client.send("r", "second");

  await until(() => person.view.pending.length === 0, "both");
  expect(server.log.map(({ text }) => text)).toEqual(["hello", "first", "second"]);
});

test("a refused message stays with its reason, does not hold up the next, and can be tried again", async () => {
  await talking();
  let isRefused = true;
  server.intercept = (frame, socket) =>
    frame.type === "send" && frame.text === "long" && isRefused
      ? refuse(socket, frame.id, { title: "Too long", status: 413, code: "message-too-long" })
      : false;

  person.client.send("r", "long");
  person.client.send("r", "short");
  await until(() => person.texts.includes("short"), "the next one");
  expect(person.view.pending).toMatchObject([{ text: "long", problem: { code: "message-too-long" } }]);

  isRefused = false;
  person.client.sendAgain("r", person.view.pending[0]!.client_message_id);

  await until(() => person.texts.includes("long"), "the retry");
});

test("what cannot be resumed is read from history, and the hole can be paged back into", async () => {
  await talking();
  for (let n = 1; n <= 120; n++) server.publish(YOU, `n${n}`);
  await until(() => person.texts.length === 121, "live");
  server.cut();
  await until(() => person.client.connection === "retrying", "the cut");
  for (let n = 121; n <= 200; n++) server.publish(YOU, `n${n}`);
  server.recoverableFrom = 1_000;

  await until(() => person.texts.at(-1) === "n200", "the newest");
  expect(person.texts[0]).toBe("n151");
  await person.client.readOlder("r");
  await person.client.readOlder("r");

  const whole = server.log.map(({ text }) => text);
  expect(person.texts).toEqual(whole.slice(-person.texts.length));
  expect(person.texts).toHaveLength(150);
});

test("an empty room shows what was said between reading history and subscribing", async () => {
  await startServer();
  let reads = 0;
  newPerson({
    readHistory: async (_roomId, before) => {
      const page = server.history(before);
      if (reads++ === 0) server.publish(YOU, "just now");
      return page;
    },
  });

  await person.enter();

  await until(() => person.texts.length === 1, "the message in between");
});

test("leaving the page's room still sends what was written, then stops listening", async () => {
  await talking();
  person.client.send("r", "bye");

  person.client.leave("r");

  await until(() => server.log.some(({ text }) => text === "bye"), "the last word");
  await until(() => server.received.some(({ type }) => type === "unsubscribe"), "unsubscribed");
});

test("a room that is not mine says so", async () => {
  await startServer();
  server.intercept = (frame, socket) =>
    frame.type === "subscribe" && refuse(socket, frame.id, { title: "No room", status: 404, code: "room-not-found" });
  newPerson();

  await person.enter();

  await until(() => person.problems.length === 1, "the problem");
  expect(person.problems[0]?.code).toBe("room-not-found");
});
