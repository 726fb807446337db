// @vitest-environment happy-dom
import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { Clusters } from "../../src/features/operator/Clusters";
import { fakeMain } from "../harness/fake-main";
import { rendered } from "../harness/rendered";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const winner = (serial: number) => ({ serial, account_id: 40 + serial, account_made_at: "2026-11-30T10:00:00+09:00" });

test("the operator reads how many winners came from one place, which, and that it proves nothing", async () => {
  fakeMain({
    "GET /api/v1/coupon-events/e1/winner-clusters": () => ({
      issued: 5,
      known: 4,
      items: [{ kind: "device", place: "a1b2c3d4", size: 2, winners: [winner(1), winner(2)] }],
    }),
  });

  rendered(<Clusters eventId="e1" />);

  expect((await screen.findByTestId("cluster")).textContent).toContain("같은 기기에서 2명 · a1b2c3d4");
  expect(screen.getByText(/쿠폰 2번 · 계정 42/)).toBeTruthy();
  expect(screen.getByTestId("clusters-known").textContent).toBe("발급 5건 중 4건의 로그인 위치를 알아요.");
  expect(screen.getByText(/이것만으로 판단하지 마세요/)).toBeTruthy();
});
