/** The one way out of this page: everything that it asks of main and queue goes through here. */

import { Api } from "./api";
import { exclusivelyInBrowser, Http } from "./http";
import { markInBrowser } from "./mark";
import { Who } from "./who";

export const who: Who = new Who({
  askWhoIAm: () => api.get("/api/v1/accounts/me", {}),
  mayHaveSession: () => http.mayHaveSession(),
  mark: markInBrowser,
});

export const http: Http = new Http({
  baseUrl: "",
  fetch: (...request) => fetch(...request),
  readCookies: () => document.cookie,
  language: () => (document.documentElement.lang === "en" ? "en" : "ko"),
  exclusively: exclusivelyInBrowser,
  actsFor: () => who.id,
  onSessionChanged: () => who.ask(),
});

export const api: Api = new Api(http);
