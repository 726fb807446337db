import { afterEach, expect, test } from "vitest";
import type { Http, HttpSurroundings } from "../../src/api/http";
import { Problem } from "../../src/api/problem";
import { oneAfterTheOther, tabAt } from "../harness/browser-tab";
import { type Answer, HttpServer, json } from "../harness/http-server";

let server: HttpServer;
afterEach(() => server.stop());

async function browserAt(answer: Answer, differently: Partial<HttpSurroundings> = {}): Promise<Http> {
  server = await HttpServer.start(answer);
  return tabAt(server.url, { language: () => "en", exclusively: oneAfterTheOther(), ...differently });
}

const notSignedIn = { type: "t", title: "Please sign in", status: 401, code: "not-signed-in" };

/** Main with an access token that ran out and a refresh token that is good exactly once. */
function mainWithSpentAccess(): Answer {
  let isFresh = false;
  let isRefreshSpent = false;
  return (asked, response) => {
    if (asked.path === "/api/v1/sessions/refresh") {
      if (isRefreshSpent) return json(response, 401, { ...notSignedIn, code: "invalid-refresh-token" });
      isRefreshSpent = isFresh = true;
      return json(response, 200, { account: {} });
    }
    return isFresh ? json(response, 200, { items: [], next: null }) : json(response, 401, notSignedIn);
  };
}

test("a write carries the csrf token of the cookie, and a read does not", async () => {
  const http = await browserAt((_asked, response) => json(response, 200, {}));

  await http.post("/api/v1/bookings", { groomer_id: 1 });
  await http.get("/api/v1/bookings");

  const [write, read] = server.asked;
  expect(write?.headers["x-csrftoken"]).toBe("tok-en");
  expect(write?.body).toBe('{"groomer_id":1}');
  expect(write?.headers["accept-language"]).toBe("en");
  expect(read?.headers["x-csrftoken"]).toBeUndefined();
});

test("a session that ran out is refreshed silently and the request is sent again", async () => {
  const http = await browserAt(mainWithSpentAccess());

  const page = await http.get("/api/v1/bookings");

  expect(page).toEqual({ items: [], next: null });
  expect(server.times("POST", "/api/v1/sessions/refresh")).toBe(1);
  expect(server.times("GET", "/api/v1/bookings")).toBe(2);
});

test("a refusal that a newer token may not meet is asked for once more, with one", async () => {
  const notEligible = { type: "t", title: "For others", status: 403, code: "not-eligible", missing: ["dog"] };
  let hasDog = false;
  const http = await browserAt((asked, response) => {
    if (asked.path === "/api/v1/sessions/refresh") {
      hasDog = true;
      return json(response, 200, { account: {} });
    }
    return hasDog ? json(response, 201, { number: 1 }) : json(response, 403, notEligible);
  });

  expect(await http.post("/queue/v1/events/e/ticket")).toEqual({ number: 1 });
  expect(server.times("POST", "/api/v1/sessions/refresh")).toBe(1);
});

test("whoever is refused with the newer token too is told what is missing, and not asked for again", async () => {
  const notEligible = { type: "t", title: "For others", status: 403, code: "not-eligible", missing: ["dog"] };
  const http = await browserAt((asked, response) =>
    asked.path === "/api/v1/sessions/refresh" ? json(response, 200, { account: {} }) : json(response, 403, notEligible),
  );

  const refused = await http.post("/queue/v1/events/e/ticket").catch((thrown: unknown) => thrown as Problem);

  expect(refused).toMatchObject({ code: "not-eligible", facts: { missing: ["dog"] } });
  expect(server.times("POST", "/queue/v1/events/e/ticket")).toBe(2);
});

test("many requests at once spend the refresh token once", async () => {
  const http = await browserAt(mainWithSpentAccess());

  const pages = await Promise.all(Array.from({ length: 8 }, (_, n) => http.get(`/api/v1/coupons?limit=${n + 1}`)));

  expect(pages).toHaveLength(8);
  expect(server.times("POST", "/api/v1/sessions/refresh")).toBe(1);
});

test("another tab that waited its turn does not spend the token that the first tab got", async () => {
  const answer = mainWithSpentAccess();
  const first = await browserAt(answer);
  await first.get("/api/v1/bookings");
  let isLate = true;
  const secondTab = tabAt(server.url, {
    // What this tab asked before the first tab's refresh is answered 401.
    fetch: async (...request) => {
      const wasLate = isLate;
      isLate = false;
      return wasLate ? new Response(JSON.stringify(notSignedIn), { status: 401 }) : fetch(...request);
    },
  });

  await secondTab.get("/api/v1/bookings");

  expect(server.times("POST", "/api/v1/sessions/refresh")).toBe(1);
});

test("when the refresh is refused too, the first refusal is what the reader sees", async () => {
  const http = await browserAt((_asked, response) => json(response, 401, notSignedIn));

  await expect(http.get("/api/v1/bookings")).rejects.toMatchObject({ status: 401, code: "not-signed-in" });
  expect(server.times("GET", "/api/v1/bookings")).toBe(1);
});

test("a wrong password does not start a refresh", async () => {
  const wrong = { ...notSignedIn, code: "wrong-credentials" };
  const http = await browserAt((_asked, response) => json(response, 401, wrong));

  await expect(http.post("/api/v1/sessions", {})).rejects.toMatchObject({ code: "wrong-credentials" });
  expect(server.asked).toHaveLength(1);
});

test("somebody who never signed in is not refreshed", async () => {
  const http = await browserAt((_asked, response) => json(response, 401, notSignedIn), { readCookies: () => "" });

  await expect(http.get("/api/v1/accounts/me")).rejects.toBeInstanceOf(Problem);
  expect(server.asked).toHaveLength(1);
});

test("a refusal keeps its code, words, fields and when to try again", async () => {
  const document = {
    title: "Some fields are not acceptable",
    status: 422,
    code: "invalid-input",
    detail: "Look at the fields",
    errors: [{ field: "email", code: "invalid", detail: "Not an e-mail address" }],
  };
  const http = await browserAt((_asked, response) => json(response, 422, document, { "Retry-After": "7" }));

  const problem = await http.post("/api/v1/accounts").catch((thrown: unknown) => thrown as Problem);

  expect(problem).toMatchObject({ code: "invalid-input", detail: "Look at the fields", retryAfterSeconds: 7 });
  expect((problem as Problem).errors).toEqual(document.errors);
});

test("a proxy's own page is told as an unexpected answer", async () => {
  const http = await browserAt((_asked, response) => {
    response.writeHead(502, { "Content-Type": "text/html" });
    response.end("<h1>Bad Gateway</h1>");
  });

  await expect(http.get("/api/v1/salons")).rejects.toMatchObject({ status: 502, code: "unexpected-answer" });
});

test("no answer at all is told as unreachable", async () => {
  const http = await browserAt((_asked, response) => void response.destroy());

  await expect(http.get("/api/v1/salons")).rejects.toMatchObject({ status: 0, code: "unreachable" });
});

test("204 is an answer without a document", async () => {
  const http = await browserAt((_asked, response) => {
    response.writeHead(204);
    response.end();
  });

  await expect(http.delete("/queue/v1/events/x/ticket")).resolves.toBeUndefined();
});

const asAnother = { type: "t", title: "Somebody else is signed in", status: 409, code: "signed-in-as-another" };

test("every request says on whose behalf this page acts, reads and acts alike, also when it is sent again", async () => {
  let shown: number | null = 7;
  const main = mainWithSpentAccess();
  const http = await browserAt(
    (asked, response) => {
      // While the session is refreshed, this page hears of somebody else.
      if (asked.path.endsWith("/refresh")) shown = 8;
      return main(asked, response);
    },
    { actsFor: () => shown },
  );

  await http.get("/api/v1/bookings");
  await http.post("/api/v1/bookings");

  const behalf = server.asked
    .filter(({ path }) => path === "/api/v1/bookings")
    .map(({ method, headers }) => `${method} ${headers["salon-account"]}`);
  expect(behalf).toEqual(["GET 7", "GET 7", "POST 8"]);
});

test("who I am, signing in and refreshing are asked for nobody", async () => {
  const http = await browserAt(mainWithSpentAccess(), { actsFor: () => 7 });

  await http.get("/api/v1/accounts/me");
  await http.post("/api/v1/sessions");

  expect(server.asked.map(({ path }) => path)).toContain("/api/v1/sessions/refresh");
  expect(server.asked.filter(({ headers }) => headers["salon-account"] !== undefined)).toEqual([]);
});

test.each([
  ["somebody else is signed in", 409, asAnother],
  ["the session is over", 401, notSignedIn],
])("a refusal because %s makes the page look who is there", async (_why, status, document) => {
  let changes = 0;
  const http = await browserAt((_asked, response) => json(response, status, document), {
    actsFor: () => 7,
    onSessionChanged: () => (changes += 1),
  });

  await expect(http.post("/api/v1/bookings")).rejects.toMatchObject({ code: document.code });

  expect(changes).toBe(1);
});

test("main that rests while the session is refreshed does not sign anybody out", async () => {
  let changes = 0;
  const resting = { type: "t", title: "Resting", status: 503, code: "dependency-down" };
  const http = await browserAt(
    (asked, response) =>
      asked.path.endsWith("/refresh") ? json(response, 503, resting) : json(response, 401, notSignedIn),
    { actsFor: () => 7, onSessionChanged: () => (changes += 1) },
  );

  await expect(http.get("/api/v1/bookings")).rejects.toMatchObject({ status: 503, code: "dependency-down" });

  expect(changes).toBe(0);
});

test("two tabs whose session runs out at the same moment spend the refresh token once", async () => {
  const locked = oneAfterTheOther();
  const first = await browserAt(mainWithSpentAccess(), { exclusively: locked });
  const second = tabAt(server.url, { exclusively: locked });

  const pages = await Promise.all([first.get("/api/v1/bookings"), second.get("/api/v1/coupons")]);

  expect(pages).toHaveLength(2);
  expect(server.times("POST", "/api/v1/sessions/refresh")).toBe(1);
});
