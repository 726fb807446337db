import type { Mark } from "./who";

const KEPT = "salon.signed-in";

/** In localStorage, which tells the other tabs of a change. Where there is none, the server's refusals must do. */
export const markInBrowser: Mark = {
  read: () => {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null;
    }
  },
  write: (accountId) => {
    try {
      localStorage.setItem(KEPT, accountId);
    } catch {
      // A browser that keeps nothing.
    }
  },
  onChange: (listener) => {
    addEventListener("storage", ({ key }) => {
      // Null: everything was cleared.
      if (key === KEPT || key === null) listener();
    });
    // A page that slept, or was kept for the back button, was told nothing.
    addEventListener("pageshow", listener);
    document.addEventListener("visibilitychange", () => document.hidden || listener());
  },
};
