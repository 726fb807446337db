/** How this page reads: TanStack Query with our refusals, and lists page by page. */

import { QueryClient, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { backOff } from "../streams/back-off";
import { mayPass, type Problem } from "./problem";
import type { Page } from "./types";

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: Problem;
  }
}

const TRIES = 3;
/** Who has to wait longer is told so, and asks again when it suits. */
const LONGEST_SILENT_WAIT_SECONDS = 5;

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 20_000,
        // A page that is offline says so instead of loading for ever.
        networkMode: "always",
        retry: (failures, problem) =>
          failures + 1 < TRIES && mayPass(problem) && (problem.retryAfterSeconds ?? 0) <= LONGEST_SILENT_WAIT_SECONDS,
        retryDelay: (failures, problem) => (problem.retryAfterSeconds ?? 0) * 1000 + backOff(failures + 1),
      },
      mutations: { networkMode: "always" },
    },
  });
}

const SEEN_BY = "seen-by";

/** The key of what is told to one account only (or, with null, to whoever is not signed in). */
export function seenBy(accountId: number | null, ...what: readonly unknown[]): QueryKey {
  return [SEEN_BY, accountId, ...what];
}

/** Whatever was read for somebody else leaves the memory of this page. */
export function forgetOthers(client: QueryClient, accountId: number | null): void {
  const isOfOthers = ({ queryKey: [kind, id] }: { queryKey: QueryKey }): boolean =>
    kind === SEEN_BY && id !== accountId;
  void client.cancelQueries({ predicate: isOfOthers });
  client.removeQueries({ predicate: isOfOthers });
}

export interface Pages<T> {
  items: T[] | null;
  problem: Problem | null;
  /** Null when there is no more. */
  more: (() => void) | null;
  reload: () => void;
}

export function usePages<T>(
  queryKey: QueryKey,
  read: (cursor: string | null) => Promise<Page<T>>,
  { enabled = true, refetchInterval = false }: { enabled?: boolean; refetchInterval?: number | false } = {},
): Pages<T> {
  const { data, error, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    enabled,
    refetchInterval,
  });
  return {
    items: data?.pages.flatMap((page) => page.items) ?? null,
    problem: error,
    more: hasNextPage ? () => void fetchNextPage() : null,
    reload: () => void refetch(),
  };
}
