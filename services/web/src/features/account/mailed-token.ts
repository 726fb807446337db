import { useLocation } from "react-router";

/** What stands behind `#` in a mailed link: no server sees it. "" where there is none. Some mailers write its colons as %3A. */
export function useMailedToken(): string {
  return useLocation().hash.slice(1).replaceAll("%3A", ":");
}
