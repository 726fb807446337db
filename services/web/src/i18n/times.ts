/** Salons are in Korea, so every time is shown and asked for in Korean time, wherever the reader is. */

import type { Language } from "../api/http";

const ZONE = "Asia/Seoul";
const LOCALES: Record<Language, string> = { ko: "ko-KR", en: "en-GB" };

export function clock(moment: string, language: Language): string {
  return format(moment, language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function dayAndClock(moment: string, language: Language): string {
  return format(moment, language, {
    month: "short",
    day: "numeric",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

/** For what was done at which moment: to the second. */
export function secondsClock(moment: string, language: Language): string {
  return format(moment, language, {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}

export function dayOnly(moment: string, language: Language): string {
  return format(moment, language, { year: "numeric", month: "short", day: "numeric" });
}

export interface Day {
  /** YYYY-MM-DD in Korea. */
  date: string;
  dayOfMonth: string;
  weekday: string;
}

export function nextDays(count: number, now: Date, language: Language): Day[] {
  return Array.from({ length: count }, (_, index) => {
    const moment = new Date(now.getTime() + index * 86_400_000).toISOString();
    return {
      date: new Intl.DateTimeFormat("en-CA", { timeZone: ZONE }).format(new Date(moment)),
      dayOfMonth: new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, day: "numeric" }).format(new Date(moment)),
      weekday: format(moment, language, { weekday: "short" }),
    };
  });
}

/** The value of a datetime-local field, meant as Korean time. Korea has no summer time. */
export function koreanMoment(local: string): string {
  return `${local.length === 16 ? `${local}:00` : local}+09:00`;
}

export function koreanLocal(moment: Date): string {
  return new Date(moment.getTime() + 9 * 3_600_000).toISOString().slice(0, 16);
}

function format(moment: string, language: Language, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LOCALES[language], { timeZone: ZONE, ...options }).format(new Date(moment));
}
