import { afterEach, expect, test } from "vitest";
import { frame, place, Queue } from "../harness/line-queue";
import { until } from "../harness/waiting";

let queue: Queue;
afterEach(() => queue.stop());

test("my place counts down with the frames that everybody gets", async () => {
  queue = await Queue.start();
  await queue.opened(1);

  queue.send("place", place);
  queue.send("frame", { ...frame, seq: 8, admitted: 10 });
  queue.send("frame", {
    ...frame,
    seq: 9,
    admitted: 11,
    departed: [
      [48, 48],
      [70, 75],
    ],
    stock_left: 28,
  });

  await until(() => queue.view.ahead === 1, "one ahead");
  expect(queue.views.map((view) => view.ahead)).toEqual([4, 3, 1]);
  expect(queue.view).toMatchObject({ connection: "live", stockLeft: 28, eta: { low_seconds: 1, high_seconds: 3 } });
});

test("a gap in the frames reconnects for a fresh place", async () => {
  queue = await Queue.start();
  await queue.opened(1);

  queue.send("place", place);
  queue.send("frame", { ...frame, seq: 10, admitted: 12 });
  await queue.opened(2);
  queue.send("place", { ...place, ahead: 1, seq: 10, admitted: 12 });

  await until(() => queue.view.ahead === 1, "the fresh place");
  expect(queue.views.some((view) => view.connection === "retrying" && view.ahead === 4)).toBe(true);
});

test("a place that is older than the newest frame is brought up to it", async () => {
  queue = await Queue.start();
  await queue.opened(1);

  queue.send("place", place);
  queue.send("frame", { ...frame, seq: 8, admitted: 10 });
  queue.send("frame", { ...frame, seq: 9, admitted: 11 });
  queue.send("place", { ...place, ahead: 4, seq: 8, admitted: 10 });

  await until(() => queue.views.length === 4, "four views");
  expect(queue.view.ahead).toBe(3);
});

test("who takes part in a draw has nobody ahead until the drawn place comes, with its own ticket", async () => {
  queue = await Queue.start();
  await queue.opened(1);
  const registered = { ...place, ticket: "registration", number: 0, ahead: null, state: "registered" };

  queue.send("place", registered);
  queue.send("frame", { ...frame, seq: 8, state: "drawing", departed: [[0, 0]] });
  await until(() => queue.view.lineState === "drawing", "the draw");
  const whileDrawing = queue.view;
  queue.send("place", { ...place, ticket: "drawn", seq: 9, number: 12, ahead: 11 });

  await until(() => queue.view.ahead === 11, "the drawn place");
  expect(whileDrawing).toMatchObject({ state: "registered", ahead: null, eta: null });
  expect(queue.view.place).toMatchObject({ ticket: "drawn", number: 12 });
});
