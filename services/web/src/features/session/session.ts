/** Who is signed in, for whoever shows or does something on their behalf. */

import { useSyncExternalStore } from "react";
import { api, who } from "../../api/client";
import { asProblem, Problem } from "../../api/problem";
import type { Shown } from "../../api/who";

export function useAccount(): Shown {
  return useSyncExternalStore(who.subscribe, who.shown);
}

/** Null while nobody is signed in, or it is not known who. */
export function useMyId(): number | null {
  return useAccount()?.id ?? null;
}

/** True when another tab, or the server, changed who is signed in here. */
export function useHasFollowed(): boolean {
  return useSyncExternalStore(who.subscribe, who.followed);
}

export interface Credentials {
  email: string;
  password: string;
  /** Of an authenticator app, where one is asked for. */
  code?: string;
}

export async function signIn(credentials: Credentials): Promise<void> {
  const { account } = await api.post("/api/v1/sessions", { body: { ...credentials, client: "browser" } });
  who.is(account);
}

export async function signUp({ name, email, password }: Credentials & { name: string }): Promise<void> {
  await api.post("/api/v1/accounts", { body: { email, password, name } });
  await signIn({ email, password });
}

export async function signOut(): Promise<void> {
  try {
    await api.delete("/api/v1/sessions", {});
  } catch (thrown) {
    // Nobody was signed in any more: that is what was asked for.
    if (asProblem(thrown).status !== 401) throw thrown;
  }
  who.is(null);
}

/** Asking who I am refreshes a session that ran out, and finds out when it has become somebody else's. */
export async function renewSessionOf(accountId: number): Promise<void> {
  const account = await api.get("/api/v1/accounts/me", {}).catch((thrown: unknown) => {
    if (thrown instanceof Problem && thrown.status === 401) who.ask();
    throw thrown;
  });
  if (account.id === accountId) return;
  who.ask();
  throw new Problem({ status: 409, code: "signed-in-as-another", title: "Somebody else is signed in" });
}
