/** Requests with the browser's cookies: the CSRF header, the language, on whose behalf, and one silent refresh. */

import { mayPass, Problem, problemFrom, unreachable } from "./problem";

export type Method = "GET" | "POST" | "DELETE";
export type Language = "ko" | "en";

/** What differs between a browser and a test. */
export interface HttpSurroundings {
  /** "" in a browser: the page and the services share one address. */
  baseUrl: string;
  fetch: typeof fetch;
  readCookies: () => string;
  language: () => Language;
  /** Runs `work` while no other tab of this browser runs under the same name. */
  exclusively: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** The account that this page shows, or null. Another tab may have signed somebody else in, in the same cookies. */
  actsFor: () => number | null;
  /** The session is over, or is somebody else's: whoever is shown as signed in is not any more. */
  onSessionChanged: () => void;
}

const SESSIONS = "/api/v1/sessions";
const REFRESH = `${SESSIONS}/refresh`;
const WHO_AM_I = "/api/v1/accounts/me";
/** Main and queue refuse what a page asks for one account with the session of another. */
export const ON_BEHALF_OF = "Salon-Account";

interface Sent {
  method: Method;
  path: string;
  body: object | undefined;
  /** Kept from the first try to the second: who is shown may change in between. */
  actsFor: number | null;
}

export class Http {
  private readonly around: HttpSurroundings;
  private refreshing: Promise<boolean> | null = null;

  constructor(around: HttpSurroundings) {
    this.around = around;
  }

  get<T>(path: string): Promise<T> {
    return this.request<T>("GET", path);
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.request<T>("POST", path, body);
  }

  delete(path: string): Promise<void> {
    return this.request<void>("DELETE", path);
  }

  /** Signing in sets the csrftoken cookie: without it there never was a session in this browser. */
  mayHaveSession(): boolean {
    return this.csrfToken() !== null;
  }

  /** Send once; on 401 refresh the session once and send again. Throws Problem for every refusal. */
  private async request<T>(method: Method, path: string, body?: object): Promise<T> {
    const sent = { method, path, body, actsFor: beginsSession(method, path) ? null : this.around.actsFor() };
    let response = await this.send(sent);
    if (response.status === 401 && this.mayRefresh(method, path) && (await this.refresh())) {
      response = await this.send(sent);
    }
    if ((await isOfOldClaims(response)) && (await this.renewed())) response = await this.send(sent);
    if (!response.ok) throw await this.refusal(response, sent);
    const isEmpty = response.status === 204 || response.status === 202;
    return (isEmpty ? undefined : await response.json()) as T;
  }

  private async refusal(response: Response, { path, actsFor }: Sent): Promise<Problem> {
    const problem = await problemFrom(response);
    const isOver = problem.status === 401 || problem.code === "signed-in-as-another";
    if (isOver && actsFor !== null && path !== WHO_AM_I) this.around.onSessionChanged();
    return problem;
  }

  /** A wrong password is also a 401. */
  private mayRefresh(method: Method, path: string): boolean {
    return this.mayHaveSession() && !beginsSession(method, path);
  }

  /**
   * A spent refresh token that is presented again ends the whole session family, so there is one refresh at a
   * time in this tab and across tabs. A tab that had to wait asks first whether the session lives again.
   */
  private refresh(): Promise<boolean> {
    this.refreshing ??= this.around
      .exclusively("salon-refresh", async () => {
        if (await this.sessionLives()) return true;
        const response = await this.send({ method: "POST", path: REFRESH, body: {}, actsFor: null });
        if (response.ok) return true;
        // Only a refusal ends a session; main that rests for a moment does not.
        const problem = await problemFrom(response);
        if (mayPass(problem)) throw problem;
        return false;
      })
      .finally(() => {
        this.refreshing = null;
      });
    return this.refreshing;
  }

  /** A new access token, though the old one is good still. */
  private renewed(): Promise<boolean> {
    return this.around.exclusively(
      "salon-refresh",
      async () => (await this.send({ method: "POST", path: REFRESH, body: {}, actsFor: this.around.actsFor() })).ok,
    );
  }

  private async sessionLives(): Promise<boolean> {
    return (await this.send({ method: "GET", path: WHO_AM_I, body: undefined, actsFor: null })).ok;
  }

  private async send({ method, path, body, actsFor }: Sent): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": this.around.language() };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const csrf = this.csrfToken();
    if (method !== "GET" && csrf !== null) headers["X-CSRFToken"] = csrf;
    // Who I am is asked of the cookies alone.
    if (actsFor !== null && path !== WHO_AM_I) headers[ON_BEHALF_OF] = String(actsFor);

    try {
      return await this.around.fetch(this.around.baseUrl + path, {
        method,
        headers,
        credentials: "same-origin",
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw unreachable();
    }
  }

  private csrfToken(): string | null {
    const found = /(?:^|;\s*)csrftoken=([^;]*)/.exec(this.around.readCookies());
    return found?.[1] ? decodeURIComponent(found[1]) : null;
  }
}

/** A token says what was so when it was signed: who has confirmed an address or added a dog since asks once more. */
async function isOfOldClaims(response: Response): Promise<boolean> {
  return response.status === 403 && (await problemFrom(response.clone())).code === "not-eligible";
}

/** Signing in and refreshing speak for nobody yet. */
function beginsSession(method: Method, path: string): boolean {
  return method === "POST" && (path === SESSIONS || path === REFRESH);
}

/** One tab at a time where the browser can promise it (it can on https and on localhost). */
export function exclusivelyInBrowser<T>(name: string, work: () => Promise<T>): Promise<T> {
  // On plain http from another machine there are none.
  const locks = navigator.locks as LockManager | undefined;
  return locks ? (locks.request(name, work) as Promise<T>) : work();
}
