import { describe, expect, it } from "vitest";
import { type PageReport, pageOf, type ReportSurroundings, reportPageLoad } from "../../src/app/page-report";

interface Fake extends ReportSurroundings {
  sent: PageReport[];
  measured: (type: string, ...entries: object[]) => void;
  goTo: (path: string) => void;
  leave: () => void;
}

function around(random: number, path = "/salons/17"): Fake {
  const takers = new Map<string, (entries: PerformanceEntryList) => void>();
  const sent: PageReport[] = [];
  let here = path;
  const page = new EventTarget();
  const hidden = Object.assign(new EventTarget(), { visibilityState: "hidden" });
  return {
    window: page as Window,
    document: hidden as unknown as Document,
    path: () => here,
    random: () => random,
    observe: (type, take) => takers.set(type, take),
    send: (_address, report) => sent.push(report),
    sent,
    measured: (type, ...entries) => takers.get(type)?.(entries as PerformanceEntryList),
    goTo: (next) => {
      here = next;
    },
    leave: () => {
      hidden.dispatchEvent(new Event("visibilitychange"));
      page.dispatchEvent(new Event("pagehide"));
    },
  };
}

describe("how a load of the page went", () => {
  it("is reported by one load in ten, once, when the page is left", () => {
    const chosen = around(0.05);
    const others = around(0.5);

    for (const load of [chosen, others]) {
      reportPageLoad(load);
      load.leave();
      load.leave();
    }

    expect(chosen.sent).toHaveLength(1);
    expect(others.sent).toHaveLength(0);
  });

  it("has the times in seconds, of a click the slowest, and the worst window of shifts", () => {
    const load = around(0);
    reportPageLoad(load);

    load.measured("navigation", { responseStart: 80 });
    load.measured("paint", { name: "first-paint", startTime: 1 }, { name: "first-contentful-paint", startTime: 900 });
    load.measured("largest-contentful-paint", { startTime: 1000 }, { startTime: 1400 });
    load.measured("event", { interactionId: 1, duration: 240 }, { interactionId: 0, duration: 5000 });
    load.measured("event", { interactionId: 2, duration: 120 });
    load.measured(
      "layout-shift",
      { startTime: 100, value: 0.05, hadRecentInput: false },
      { startTime: 300, value: 0.1, hadRecentInput: false },
      { startTime: 400, value: 9, hadRecentInput: true },
      { startTime: 9000, value: 0.02, hadRecentInput: false },
    );
    load.leave();

    const [report] = load.sent;
    expect(report?.vitals).toEqual({ ttfb: 0.08, fcp: 0.9, lcp: 1.4, inp: 0.24 });
    expect(report?.layout_shift).toBeCloseTo(0.15);
  });

  it("names templates and kinds, and nothing that somebody wrote", () => {
    const load = around(0, "/rooms/8d1c");
    reportPageLoad(load);

    load.window.dispatchEvent(Object.assign(new Event("error"), { message: "mail@example.org is null" }));
    load.goTo("/salons/17");
    load.window.dispatchEvent(new Event("unhandledrejection"));
    for (let n = 0; n < 20; n++) load.window.dispatchEvent(new Event("error"));
    load.leave();

    const [report] = load.sent;
    expect(report?.page).toBe("/rooms/:id");
    expect(report?.failures).toHaveLength(5);
    expect(report?.failures.slice(0, 2)).toEqual([
      { page: "/rooms/:id", kind: "script" },
      { page: "/salons/:id", kind: "promise" },
    ]);
    expect(JSON.stringify(report)).not.toMatch(/8d1c|17|example/);
  });

  it("knows each address by its template", () => {
    const paths = ["/", "/events/new", "/events/5", "/operator/events/5", "/rooms", "/nowhere/else"];

    expect(paths.map(pageOf)).toEqual(["/", "/events/new", "/events/:id", "/operator/events/:id", "/rooms", "*"]);
  });
});
