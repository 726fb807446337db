/** Requests whose addresses, parameters, bodies and answers are those of the OpenAPI documents. */

import type { Http } from "./http";
import type { AnswerOf, Given, PathsWith } from "./typed";

export class Api {
  private readonly http: Http;

  constructor(http: Http) {
    this.http = http;
  }

  get<P extends PathsWith<"get">>(path: P, given: Given<"get", P>): Promise<AnswerOf<"get", P>> {
    return this.http.get(addressOf(path, given));
  }

  post<P extends PathsWith<"post">>(path: P, given: Given<"post", P>): Promise<AnswerOf<"post", P>> {
    return this.http.post(addressOf(path, given), given.body ?? {});
  }

  delete<P extends PathsWith<"delete">>(path: P, given: Given<"delete", P>): Promise<void> {
    return this.http.delete(addressOf(path, given));
  }
}

type Values = Readonly<Record<string, unknown>>;

/** The address of a template like `/salons/{salon_id}`; what is null or missing is not asked for. */
export function addressOf(template: string, given: { path?: unknown; query?: unknown }): string {
  const places = (given.path ?? {}) as Values;
  const path = template.replace(/\{(\w+)\}/g, (_place, name: string) => encodeURIComponent(String(places[name])));
  const query = Object.entries((given.query ?? {}) as Values).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, String(value)]],
  );
  return query.length === 0 ? path : `${path}?${new URLSearchParams(query)}`;
}
