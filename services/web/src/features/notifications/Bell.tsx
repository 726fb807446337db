import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useLocation } from "react-router";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { unreadCount } from "./queries";

/** Unread notifications, asked for on every page too. */
export function Bell({ accountId }: { accountId: number }) {
  const { words } = useWords();
  const { pathname } = useLocation();
  const { data: unread = 0, refetch } = useQuery(unreadCount(accountId));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page is the reason to ask
  useEffect(() => void refetch(), [pathname, refetch]);

  return (
    <Link className="bell" to="/notifications" aria-label={fill(words.unread, { count: unread })} data-testid="bell">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 3a6 6 0 0 0-6 6v4l-2 3.5h16L18 13V9a6 6 0 0 0-6-6Zm-2.2 15.5a2.3 2.3 0 0 0 4.4 0" />
      </svg>
      {unread > 0 && pathname !== "/notifications" && <span className="badge">{unread > 99 ? "99+" : unread}</span>}
    </Link>
  );
}
