import { useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import { notifications } from "../../api/doors";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";

const ASK_EVERY_MS = 30_000;

/** Unread notifications: asked for on every page, and now and then while the page is looked at. */
export function Bell() {
  const { words } = useWords();
  const { pathname } = useLocation();
  const [unread, setUnread] = useState(0);
  useEffect(() => {
    const ask = (): void => {
      if (!document.hidden) notifications.unread().then(setUnread, () => {});
    };
    ask();
    const timer = setInterval(ask, ASK_EVERY_MS);
    document.addEventListener("visibilitychange", ask);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", ask);
    };
  }, [pathname]);

  return (
    <Link className="bell" to="/notifications" aria-label={fill(words.unread, { count: unread })} data-testid="bell">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 3a6 6 0 0 0-6 6v4l-2 3.5h16L18 13V9a6 6 0 0 0-6-6Zm-2.2 15.5a2.3 2.3 0 0 0 4.4 0" />
      </svg>
      {unread > 0 && pathname !== "/notifications" && <span className="badge">{unread > 99 ? "99+" : unread}</span>}
    </Link>
  );
}
