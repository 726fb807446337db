/** Requests to our doors with the browser's cookies: the CSRF header, the language, and one silent refresh. */

import { Problem, problemFrom, unreachable } from "./problem";

export type Method = "GET" | "POST" | "DELETE";
export type Language = "ko" | "en";

/** What differs between a browser and a test. */
export interface HttpSurroundings {
  /** "" in a browser: the page and the doors share one address. */
  baseUrl: string;
  fetch: typeof fetch;
  readCookies: () => string;
  language: () => Language;
  /** Runs `work` while no other tab of this browser runs under the same name. */
  exclusively: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

const REFRESH = "/api/v1/sessions/refresh";
const SESSIONS = "/api/v1/sessions";

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
    let response = await this.send(method, path, body);
    if (response.status === 401 && this.mayRefresh(method, path) && (await this.refresh())) {
      response = await this.send(method, path, body);
    }
    if (!response.ok) throw await problemFrom(response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** A wrong password is also a 401. */
  private mayRefresh(method: Method, path: string): boolean {
    return this.mayHaveSession() && path !== REFRESH && !(method === "POST" && path === SESSIONS);
  }

  /**
   * A spent refresh token that is presented again ends the whole session family, so there is one refresh at a
   * time in this tab and across tabs. A tab that had to wait asks first whether the session lives again.
   */
  private refresh(): Promise<boolean> {
    this.refreshing ??= this.around
      .exclusively("salon-refresh", async () => {
        if (await this.sessionLives()) return true;
        return (await this.send("POST", REFRESH, {})).ok;
      })
      .finally(() => {
        this.refreshing = null;
      });
    return this.refreshing;
  }

  private async sessionLives(): Promise<boolean> {
    return (await this.send("GET", "/api/v1/accounts/me")).ok;
  }

  private async send(method: Method, path: string, body?: object): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": this.around.language() };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const csrf = this.csrfToken();
    if (method !== "GET" && csrf !== null) headers["X-CSRFToken"] = csrf;

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

/** One tab at a time where the browser can promise it (it can on https and on localhost). */
export function exclusivelyInBrowser<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (!("locks" in navigator)) return work();
  return navigator.locks.request(name, work) as Promise<T>;
}
