// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { Route, Routes } from "react-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { who } from "../../src/api/client";
import type { Account } from "../../src/api/types";
import AccountPage from "../../src/features/account/AccountPage";
import { SignInPage } from "../../src/features/session/SignInPage";
import { ownPath } from "../../src/features/social/addresses";
import { fakeMain, type Request } from "../harness/fake-main";
import { rendered } from "../harness/rendered";

const mina: Account = {
  id: 1,
  email: null,
  email_confirmed: false,
  has_password: false,
  name: "미나",
  role: "customer",
};
const on = (...names: string[]) => ({ items: names.map((provider) => ({ provider })) });
let asked: Request[];

function main(providers: object, more: Parameters<typeof fakeMain>[0] = {}): void {
  asked = fakeMain({ "GET /api/v1/sign-in": () => providers, ...more });
}

beforeEach(() => who.is(null));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const link = (testId: string) => screen.findByTestId(testId) as Promise<HTMLAnchorElement>;

test("each provider that is switched on has a button, in its own words, and leads back to where one came from", async () => {
  main(on("google", "kakao", "facebook"));

  rendered(<SignInPage />, { at: "/sign-in?return_to=%2Fevents" });

  expect((await link("sign-in-kakao")).getAttribute("href")).toBe("/api/v1/sign-in/kakao?return_to=%2Fevents");
  expect((await link("sign-in-google")).textContent).toBe("Google 계정으로 로그인");
  expect(screen.queryByTestId("sign-in-naver")).toBeNull();
  expect(screen.queryByTestId("out-of-kakaotalk")).toBeNull();
});

test("what stands behind # is told to nobody", async () => {
  main(on("naver"));

  rendered(<SignInPage />, { at: `/sign-in?${new URLSearchParams({ return_to: "/change-email#token-of-a-mail" })}` });

  expect((await link("sign-in-naver")).getAttribute("href")).toBe("/api/v1/sign-in/naver?return_to=%2Fchange-email");
});

test("where none is, nothing is said of them", async () => {
  main(on());

  rendered(<SignInPage />, { at: "/sign-in" });

  await waitFor(() => expect(asked).toHaveLength(1));
  expect(screen.queryByTestId("providers")).toBeNull();
});

test("inside KakaoTalk Google's button leads out of it, and Kakao's does not", async () => {
  vi.spyOn(navigator, "userAgent", "get").mockReturnValue("Mozilla/5.0 (iPhone) KAKAOTALK 10.0.0");
  main(on("google", "kakao"));

  rendered(<SignInPage />, { at: "/sign-in" });

  expect((await link("sign-in-google")).getAttribute("href")).toMatch(/^kakaotalk:\/\/web\/openExternal\?url=http/);
  expect((await link("sign-in-kakao")).getAttribute("href")).toBe("/api/v1/sign-in/kakao?return_to=%2F");
  expect(screen.getByTestId("out-of-kakaotalk")).toBeTruthy();
});

test.each([
  ["sign-in-cancelled", "로그인을 취소했어요"],
  ["provider-away", "상대 서비스가 응답하지 않아요. 잠시 후 다시 시도하거나 다른 방법으로 로그인해 주세요"],
  ["<b>what a stranger's link says</b>", "로그인하지 못했어요. 다시 시도해 주세요"],
])("who was sent back with %s reads why", async (code, words) => {
  main(on("google"));

  rendered(<SignInPage />, { at: `/sign-in?${new URLSearchParams({ problem: code })}` });

  expect((await screen.findByTestId("problem")).textContent).toBe(words);
});

test.each(["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\\b", "/ a", "", null])(
  "%s is no page of ours",
  (path) => {
    expect(ownPath(path)).toBe("/");
  },
);

test("who has no password is led to sign in again, and connects without one", async () => {
  who.is(mina);
  const assign = vi.spyOn(window.location, "assign").mockImplementation(() => {});
  main(on("google", "kakao"), {
    "GET /api/v1/accounts/me/identities": () => ({
      items: [{ provider: "kakao", connected_at: "2026-11-30T10:00:00+09:00" }],
    }),
    "GET /api/v1/accounts/me/sessions": () => ({ items: [], next: null }),
    "POST /api/v1/accounts/me/identities/google/browser": () => ({ go_to: "https://accounts.google.com/there" }),
  });

  rendered(
    <Routes>
      <Route path="account" element={<AccountPage />} />
    </Routes>,
    { at: "/account" },
  );

  expect(await screen.findByTestId("no-email")).toBeTruthy();
  expect(await screen.findByTestId("identity-kakao")).toBeTruthy();
  expect(screen.queryByTestId("connect-kakao")).toBeNull();
  expect(screen.queryByTestId("account-password")).toBeNull();
  expect(screen.getAllByText("카카오 계정으로 다시 로그인").length).toBeGreaterThan(0);
  fireEvent.submit(await screen.findByTestId("connect-google"));
  await waitFor(() => expect(assign).toHaveBeenCalledWith("https://accounts.google.com/there"));
});
