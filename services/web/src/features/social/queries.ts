import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";
import { seenBy } from "../../api/queries";
import type { AnswerOf } from "../../api/typed";

export const PROVIDERS = ["google", "kakao", "naver"] as const;
export type Provider = (typeof PROVIDERS)[number];
export type Identity = AnswerOf<"get", "/api/v1/accounts/me/identities">["items"][number];

export function isProvider(name: string): name is Provider {
  return (PROVIDERS as readonly string[]).includes(name);
}

/** Those that are switched on here. */
export const signInProviders = queryOptions({
  queryKey: ["sign-in-providers"],
  queryFn: async () => {
    const { items } = await api.get("/api/v1/sign-in", {});
    return items.map(({ provider }) => provider).filter(isProvider);
  },
  staleTime: 600_000,
});

export const myIdentities = (accountId: number | null) =>
  queryOptions({
    queryKey: seenBy(accountId, "identities"),
    queryFn: () => api.get("/api/v1/accounts/me/identities", {}),
  });

/** Gives the address of the provider to which this browser has to go. */
export async function beginConnecting(provider: Provider, password: string): Promise<string> {
  const { go_to } = await api.post("/api/v1/accounts/me/identities/{provider}/browser", {
    path: { provider },
    body: { return_to: "/account", ...(password === "" ? {} : { password }) },
  });
  return go_to;
}

export const disconnect = (provider: Provider) =>
  api.delete("/api/v1/accounts/me/identities/{provider}", { path: { provider } });
