/**
 * How this load of the page went, for one load in ten: sent once, when the page is left. Templates of addresses, kinds
 * and numbers only: no id, no message, no cookie.
 */

import { matchPath } from "react-router";

/** As App.tsx has them; a test of main holds the two together. */
export const PAGES = [
  "/",
  "/sign-in",
  "/confirm-email",
  "/reset-password",
  "/account",
  "/change-email",
  "/events/new",
  "/events/:id",
  "/events",
  "/operator/events/:id",
  "/salons/:id",
  "/coupons",
  "/bookings",
  "/notifications",
  "/rooms/:id",
  "/rooms",
] as const;
export type PageName = (typeof PAGES)[number] | "*";

const SHARE = 0.1;
const MOST_ERRORS = 5;
const LONGEST_SECONDS = 120;
const ADDRESS = "/api/v1/page-reports";
// Shifts less than a second apart, within five, are one: the worst such window counts (web.dev, CLS).
const GAP_MS = 1000;
const WINDOW_MS = 5000;

export interface PageReport {
  page: PageName;
  /** In seconds. */
  vitals: Partial<Record<"ttfb" | "fcp" | "lcp" | "inp", number>>;
  layout_shift?: number;
  failures: { page: PageName; kind: "script" | "promise" }[];
}

/** What differs between a browser and a test. */
export interface ReportSurroundings {
  window: Window;
  document: Document;
  path: () => string;
  random: () => number;
  observe: (type: string, take: (entries: PerformanceEntryList) => void) => void;
  send: (address: string, report: PageReport) => void;
}

export function pageOf(path: string): PageName {
  return PAGES.find((page) => matchPath({ path: page, end: true }, path)) ?? "*";
}

/** Does nothing for nine loads in ten. */
export function reportPageLoad(around: ReportSurroundings = browser()): void {
  if (around.random() >= SHARE) return;
  const report: PageReport = { page: pageOf(around.path()), vitals: {}, failures: [] };
  takeErrors(around, report);
  takeVitals(around, report);
  takeShifts(around, report);
  let isSent = false;
  const leave = () => {
    if (isSent) return;
    isSent = true;
    around.send(ADDRESS, report);
  };
  around.document.addEventListener("visibilitychange", () => {
    if (around.document.visibilityState === "hidden") leave();
  });
  around.window.addEventListener("pagehide", leave);
}

function takeErrors(around: ReportSurroundings, report: PageReport): void {
  const take = (kind: "script" | "promise") => () => {
    if (report.failures.length < MOST_ERRORS) report.failures.push({ page: pageOf(around.path()), kind });
  };
  around.window.addEventListener("error", take("script"));
  around.window.addEventListener("unhandledrejection", take("promise"));
}

function takeVitals(around: ReportSurroundings, { vitals }: PageReport): void {
  const keep = (name: keyof PageReport["vitals"], milliseconds: number) => {
    const seconds = milliseconds / 1000;
    if (seconds >= 0 && seconds <= LONGEST_SECONDS) vitals[name] = seconds;
  };
  around.observe("navigation", (entries) => {
    for (const entry of entries as PerformanceNavigationTiming[]) keep("ttfb", entry.responseStart);
  });
  around.observe("paint", (entries) => {
    for (const entry of entries) if (entry.name === "first-contentful-paint") keep("fcp", entry.startTime);
  });
  around.observe("largest-contentful-paint", (entries) => {
    for (const entry of entries) keep("lcp", entry.startTime);
  });
  around.observe("event", (entries) => {
    for (const entry of entries as (PerformanceEntry & { interactionId?: number })[]) {
      if (entry.interactionId && entry.duration / 1000 > (vitals.inp ?? 0)) keep("inp", entry.duration);
    }
  });
}

function takeShifts(around: ReportSurroundings, report: PageReport): void {
  let total = 0;
  let first = 0;
  let last = Number.NEGATIVE_INFINITY;
  around.observe("layout-shift", (entries) => {
    for (const entry of entries as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
      if (entry.hadRecentInput) continue;
      const goesOn = entry.startTime - last < GAP_MS && entry.startTime - first < WINDOW_MS;
      total = goesOn ? total + entry.value : entry.value;
      first = goesOn ? first : entry.startTime;
      last = entry.startTime;
      report.layout_shift = Math.min(Math.max(report.layout_shift ?? 0, total), 100);
    }
  });
}

function browser(): ReportSurroundings {
  return {
    window,
    document,
    path: () => window.location.pathname,
    random: Math.random,
    observe: (type, take) => {
      // Each browser measures what it can.
      if (!PerformanceObserver.supportedEntryTypes?.includes(type)) return;
      new PerformanceObserver((list) => take(list.getEntries())).observe({ type, buffered: true });
    },
    send: (address, report) => {
      const body = JSON.stringify(report);
      const headers = { "Content-Type": "application/json" };
      // Lost is lost: nobody waits for it, and nothing of the one who looks goes with it.
      fetch(address, { method: "POST", body, headers, keepalive: true, credentials: "omit" }).catch(() => {});
    },
  };
}
