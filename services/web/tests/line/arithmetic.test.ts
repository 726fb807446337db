import { describe, expect, test } from "vitest";
import { advance, countBefore, type Standing, standingAt } from "../../src/features/line/arithmetic";
import type { Frame, Place } from "../../src/features/line/documents";
import { etaBand } from "../../src/features/line/eta";

const place: Place = {
  ticket: "t",
  number: 50,
  ahead: 40,
  state: "waiting",
  seq: 7,
  admitted: 9,
  eta: null,
  coupon: null,
};

function frameOf(facts: Partial<Frame>): Frame {
  return {
    seq: 8,
    state: "open",
    serving: 9,
    admitted: 9,
    waiting: 41,
    rate: 2,
    stock_left: 100,
    departed: [],
    returned: [],
    eta_per_place: { low_seconds: 0.4, high_seconds: 0.6 },
    message: null,
    ...facts,
  };
}

function standingAfter(...frames: Partial<Frame>[]): Standing | "gap" {
  let standing: Standing | "gap" = standingAt(place);
  for (const facts of frames) {
    if (standing === "gap") return "gap";
    standing = advance(standing, frameOf(facts));
  }
  return standing;
}

describe("people ahead", () => {
  test("falls by those who were served", () => {
    expect(standingAfter({ seq: 8, admitted: 14 })).toMatchObject({ ahead: 35, seq: 8 });
  });

  test("falls by those before me who left, and not by those behind me or myself", () => {
    expect(
      standingAfter({
        departed: [
          [12, 14],
          [30, 30],
          [49, 60],
        ],
      }),
    ).toMatchObject({ ahead: 40 - 3 - 1 - 1 });
  });

  test("rises by those before me who came back to their own number", () => {
    expect(standingAfter({ departed: [[12, 14]] }, { seq: 9, returned: [13, 77] })).toMatchObject({ ahead: 38 });
  });

  test("adds up over many frames, and a frame that comes twice counts once", () => {
    const twice = { seq: 8, admitted: 10, departed: [[20, 21]] as [number, number][] };

    expect(standingAfter(twice, twice, { seq: 9, admitted: 12, departed: [[22, 22]] })).toMatchObject({
      ahead: 40 - 3 - 3,
    });
  });

  test("a frame that the place already knows changes nothing", () => {
    expect(standingAfter({ seq: 7, admitted: 9, departed: [[1, 40]] })).toMatchObject({ ahead: 40 });
  });

  test("a missing frame is a gap, not a guess", () => {
    expect(standingAfter({ seq: 8 }, { seq: 10 })).toBe("gap");
  });

  test("stays unknown where the place has no number of people", () => {
    expect(advance(standingAt({ ...place, ahead: null }), frameOf({}))).toMatchObject({ ahead: null });
  });
});

/** A plain line of people, which the frames describe: whatever happens, the arithmetic must agree with counting. */
test("agrees with counting heads over a thousand random lines", () => {
  for (let run = 0; run < 1_000; run++) {
    const random = randomFrom(run);
    const mine = 30 + Math.floor(random() * 40);
    let line = Array.from({ length: 100 }, (_, n) => n + 1);
    const away: number[] = [];
    let admitted = 0;
    const heads = (): number => line.filter((number) => number < mine).length;
    let standing: Standing | "gap" = standingAt({ ...place, number: mine, ahead: heads(), seq: 0, admitted: 0 });

    for (let seq = 1; seq <= 12 && line[0] !== mine; seq++) {
      const leavers = line.filter((number) => number !== mine && random() < 0.05);
      line = line.filter((number) => !leavers.includes(number));
      const comers = away.splice(0, Math.floor(random() * 3));
      line = [...line, ...comers].sort((a, b) => a - b);
      away.push(...leavers);
      const served = Math.min(Math.floor(random() * 5), line.indexOf(mine));
      line = line.slice(served);
      admitted += served;
      const departed = leavers.map((number): [number, number] => [number, number]);
      if (standing !== "gap") standing = advance(standing, frameOf({ seq, admitted, departed, returned: comers }));

      expect(standing).toMatchObject({ ahead: heads() });
    }
  }
});

function randomFrom(seed: number): () => number {
  let state = seed + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

test("ranges count only what lies before my number", () => {
  expect(
    countBefore(
      [
        [1, 1],
        [5, 9],
        [40, 60],
      ],
      8,
    ),
  ).toBe(1 + 3);
  expect(countBefore([], 8)).toBe(0);
});

describe("the band of when it is my turn", () => {
  test("follows the newest frame, with my own turn counted", () => {
    const frame = frameOf({ eta_per_place: { low_seconds: 0.36, high_seconds: 0.74 } });

    expect(etaBand(place, frame, 39)).toEqual({ low_seconds: 14, high_seconds: 30 });
  });

  test("is the place's own until a frame comes", () => {
    const eta = { low_seconds: 3, high_seconds: 9 };

    expect(etaBand({ ...place, eta }, null, 5)).toEqual(eta);
  });

  test("is unknown while the frame says so, and when it is not mine to wait any more", () => {
    expect(etaBand({ ...place, state: "claimed" }, frameOf({}), 0)).toBeNull();
    expect(etaBand(place, frameOf({ eta_per_place: null }), 5)).toBeNull();
  });
});
