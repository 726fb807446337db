import { queryOptions } from "@tanstack/react-query";
import { api, who } from "../../api/client";
import { seenBy } from "../../api/queries";
import type { AnswerOf } from "../../api/typed";

export type OwnSession = AnswerOf<"get", "/api/v1/accounts/me/sessions">["items"][number];

export const mySessions = (accountId: number | null) => ({
  queryKey: seenBy(accountId, "sessions"),
  read: (cursor: string | null) => api.get("/api/v1/accounts/me/sessions", { query: { cursor } }),
});

export const endSession = (id: string) =>
  api.delete("/api/v1/accounts/me/sessions/{session_id}", { path: { session_id: id } });

export const endOtherSessions = () => api.delete("/api/v1/accounts/me/sessions", {});

export const sendConfirmation = () => api.post("/api/v1/accounts/me/email/confirmation", {});

export const askToChangeEmail = (body: { email: string; password?: string }) =>
  api.post("/api/v1/accounts/me/email", { body });

export const changePassword = (body: { password?: string; new_password: string }) =>
  api.post("/api/v1/accounts/me/password", { body });

export const askForNewPassword = (email: string) => api.post("/api/v1/accounts/password-resets", { body: { email } });

export const setNewPassword = (body: { token: string; password: string }) =>
  api.post("/api/v1/accounts/new-passwords", { body });

export async function deleteAccount(body: { password?: string }): Promise<void> {
  await api.post("/api/v1/accounts/me/deletion", { body });
  who.is(null);
}

export type Offered = AnswerOf<"post", "/api/v1/accounts/me/second-factor">;

export const mySecondFactor = (accountId: number | null) =>
  queryOptions({
    queryKey: seenBy(accountId, "second-factor"),
    queryFn: () => api.get("/api/v1/accounts/me/second-factor", {}),
  });

export const offerSecondFactor = (password: string) =>
  api.post("/api/v1/accounts/me/second-factor", { body: { password } });

/** The recovery codes, shown once. */
export async function confirmSecondFactor(code: string): Promise<readonly string[]> {
  const { recovery_codes } = await api.post("/api/v1/accounts/me/second-factor/confirmation", { body: { code } });
  return recovery_codes;
}

/** Whoever is signed in here is shown with what has changed. */
export async function confirmEmail(token: string): Promise<void> {
  await api.post("/api/v1/accounts/email-confirmations", { body: { token } });
  if (who.id !== null) who.ask();
}

export async function changeEmail(token: string): Promise<string> {
  const account = await api.post("/api/v1/accounts/me/email/change", { body: { token } });
  who.is(account);
  return account.email ?? "";
}
