import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { en } from "../../src/i18n/en";
import { ko } from "../../src/i18n/ko";

const SRC = join(import.meta.dirname, "../../src");

/** Every sentence by its path, like `console.numbers.eta`. */
function sentences(words: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === "string") found.set(path + key, value);
    else for (const [inner, sentence] of sentences(value, `${path}${key}.`)) found.set(inner, sentence);
  }
  return found;
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (path.startsWith(join(SRC, "i18n", "ko")) || path.startsWith(join(SRC, "i18n", "en"))) return [];
    if (statSync(path).isDirectory()) return name === "generated" ? [] : sources(path);
    return /\.tsx?$/.test(name) ? [readFileSync(path, "utf8")] : [];
  });
}

const korean = sentences(ko);
const english = sentences(en);

test("both languages have the same sentences, and none is empty", () => {
  expect([...english.keys()].sort()).toEqual([...korean.keys()].sort());
  expect([...korean, ...english].filter(([, sentence]) => sentence.trim() === "")).toEqual([]);
});

test("a sentence has the same blanks in both languages", () => {
  const blanks = (sentence: string | undefined): string[] =>
    [...(sentence ?? "").matchAll(/\{\w+\}/g)].map(String).sort();

  const different = [...korean].filter(([key, sentence]) => `${blanks(sentence)}` !== `${blanks(english.get(key))}`);

  expect(different).toEqual([]);
});

test("Korean is in Korean and English in English, but for the name of the other language", () => {
  const hangul = /[가-힣]/;
  const noKoreanNeeded = new Set(["otherLanguage", "console.numbers.eta"]);

  expect([...korean].filter(([key, text]) => !hangul.test(text) && !noKoreanNeeded.has(key))).toEqual([]);
  expect([...english].filter(([key, text]) => hangul.test(text) && key !== "otherLanguage")).toEqual([]);
});

test("no sentence is kept that no page says", () => {
  const code = sources(SRC).join("\n");
  // A sentence is used by its whole name, or with the table that it stands in: `words.eventState[state]`.
  const isUsed = (key: string): boolean => {
    const names = key.split(".");
    return names.some((_name, index) => {
      const path = names.slice(0, index + 1).join("\\.");
      return new RegExp(`\\bwords\\.${path}\\b(?!\\.\\w)`).test(code);
    });
  };
  const unused = [...korean.keys()].filter((key) => !isUsed(key));

  expect(unused).toEqual([]);
});
