/** Salons are in Korea, so every time is shown and asked for in Korean time, wherever the reader is. */

import type { Language } from "../api/http";
import { type Day, dayAt } from "./day";

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

export function dayOfMonth(day: Day): string {
  return String(Number(day.slice(8)));
}

export function weekday(day: Day, language: Language): string {
  return format(`${day}T12:00:00+09:00`, language, { weekday: "short" });
}

/** The time alone on the same day, with its day on others. */
export function clockSeenOn(today: Day, moment: string, language: Language): string {
  return dayAt(Date.parse(moment)) === today ? clock(moment, language) : dayAndClock(moment, language);
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
