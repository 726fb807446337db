import { describe, expect, test } from "vitest";
import { dayAt, daysFrom } from "../../src/i18n/day";
import { clockSeenOn } from "../../src/i18n/times";

const at = (moment: string): number => Date.parse(moment);

describe("the salons' day", () => {
  test.each(["Asia/Seoul", "UTC", "America/Los_Angeles", "Pacific/Kiritimati"])("is Korea's, read in %s", (zone) => {
    const before = process.env["TZ"];
    process.env["TZ"] = zone;

    expect(dayAt(at("2026-12-31T23:59:59.999+09:00"))).toBe("2026-12-31");
    expect(dayAt(at("2027-01-01T00:00:00+09:00"))).toBe("2027-01-01");
    process.env["TZ"] = before;
  });

  test("follows the calendar over the ends of months and years", () => {
    expect(daysFrom("2026-12-30", 4)).toEqual(["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"]);
    expect(daysFrom("2028-02-28", 3)).toEqual(["2028-02-28", "2028-02-29", "2028-03-01"]);
  });
});

test("what was said today has its time alone, what was said before its day too", () => {
  expect(clockSeenOn("2026-03-02", "2026-03-01T15:30:00Z", "en")).toBe("00:30");
  expect(clockSeenOn("2026-03-02", "2026-03-01T14:30:00Z", "en")).toMatch(/1 Mar.*23:30/);
});
