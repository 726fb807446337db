import { vi } from "vitest";

export interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
}

/** Main and queue as this page reaches them: by `fetch`. What is not answered is not found. */
export function fakeMain(answers: Record<string, (request: Request) => object | number>): Request[] {
  const asked: Request[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    const { pathname, searchParams } = new URL(url, "http://salon.test");
    const request = {
      method: init.method ?? "GET",
      path: pathname,
      query: searchParams,
      headers: new Headers(init.headers),
    };
    asked.push(request);
    const answer = answers[`${request.method} ${pathname}`]?.(request) ?? 404;
    if (typeof answer !== "number") return Response.json(answer);
    const document = { type: "t", title: `Refused ${answer}`, status: answer, code: CODES[answer] ?? "not-found" };
    return Response.json(document, { status: answer });
  });
  return asked;
}

const CODES: Record<number, string> = { 401: "not-signed-in", 409: "signed-in-as-another" };
