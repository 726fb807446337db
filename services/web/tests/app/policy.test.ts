import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** What the page is made of must hold under a Content-Security-Policy that knows only this address and no inline code. */
const WEB = join(import.meta.dirname, "../..");

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const html = readFileSync(join(WEB, "index.html"), "utf8");
const sources = files(join(WEB, "src")).map((path) => [path, readFileSync(path, "utf8")] as const);

test("the page has no inline script, style or handler", () => {
  expect(html.match(/<script(?![^>]*\bsrc=)/g)).toBeNull();
  expect(html.match(/<style|\sstyle=|\son\w+=/g)).toBeNull();
});

test("nothing comes from another address", () => {
  const foreign = /(?:src|href)="(?:https?:)?\/\/|url\(["']?(?:https?:)?\/\/|@import|from "https?:/;

  expect(
    [["index.html", html] as const, ...sources].filter(([, text]) => foreign.test(text)).map(([path]) => path),
  ).toEqual([]);
});

test("no code is made from text, and no text becomes markup", () => {
  const risky = /dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(/;

  expect(sources.filter(([, text]) => risky.test(text)).map(([path]) => path)).toEqual([]);
});
