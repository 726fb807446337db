/**
 * What the OpenAPI documents say about each address, as types: which parameters it takes, which body, and what it
 * answers. `npm run generate` makes the two `paths` from docs/.
 */

import type { paths as MainPaths } from "./generated/main";
import type { paths as QueuePaths } from "./generated/queue";

export type Paths = MainPaths & QueuePaths;
export type Method = "get" | "post" | "delete";

/** The addresses that know a method. */
export type PathsWith<M extends Method> = {
  [P in keyof Paths]: Paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof Paths];

export type Operation<M extends Method, P extends PathsWith<M>> = Paths[P] extends Record<M, infer Op> ? Op : never;

type JsonOf<Response> = Response extends { content: { "application/json": infer Document } } ? Document : undefined;

/** The document of whichever success it is: 200 and 201 of one address have the same one. */
export type AnswerOf<M extends Method, P extends PathsWith<M>> =
  Operation<M, P> extends { responses: infer R } ? JsonOf<R[keyof R & (200 | 201 | 202 | 204)]> : never;

export type BodyOf<M extends Method, P extends PathsWith<M>> =
  Operation<M, P> extends { requestBody?: { content: { "application/json": infer Body } } }
    ? Body
    : Record<string, never>;

type Parameters<Op, Place extends string> = Op extends { parameters: Record<Place, infer Values> } ? Values : undefined;
type QueryOf<Op> = Op extends { parameters: { query?: infer Query } } ? Query : undefined;
/** What is null is left out of the address. */
type OrNull<Values> = { [Name in keyof Values]: Values[Name] | null };
type WhenThere<Key extends string, Values> = [Values] extends [undefined] ? unknown : { [K in Key]: Values };

export type Given<M extends Method, P extends PathsWith<M>> = WhenThere<"path", Parameters<Operation<M, P>, "path">> & {
  query?: OrNull<NonNullable<QueryOf<Operation<M, P>>>>;
  body?: BodyOf<M, P>;
};
