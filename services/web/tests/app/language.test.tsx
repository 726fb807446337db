// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { who } from "../../src/api/client";
import { newQueryClient } from "../../src/api/queries";
import { Page } from "../../src/app/Page";
import { fakeMain } from "../harness/fake-main";

afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.unstubAllGlobals();
});

test("a refusal that stands on the page is asked for again in the language that was switched to", async () => {
  window.history.replaceState(null, "", "/salons/404");
  const asked = fakeMain({});
  act(() => who.ask());
  render(<Page queries={newQueryClient()} />);
  await screen.findByTestId("problem");

  fireEvent.click(screen.getByTestId("language-switch"));

  await waitFor(() => expect(asked.length).toBe(2));
  expect(asked.map(({ headers }) => headers.get("Accept-Language"))).toEqual(["ko", "en"]);
});

test("the whole page, and its title, speak the chosen language from then on", async () => {
  window.history.replaceState(null, "", "/salons/404");
  fakeMain({});
  render(<Page queries={newQueryClient()} />);

  fireEvent.click(screen.getByTestId("language-switch"));

  expect(document.title).toBe("DaengDaeng Salon");
  expect(document.documentElement.lang).toBe("en");
  expect(localStorage.getItem("salon.language")).toBe("en");
});
