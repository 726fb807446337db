import { useMutation } from "@tanstack/react-query";
import { Suspense, useEffect, useRef } from "react";
import { Link, NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { Bell } from "../features/notifications/Bell";
import { signOut, useAccount, useHasFollowed, useMyId } from "../features/session/session";
import { fill } from "../i18n/fill";
import { useWords } from "../i18n/Language";
import { Loading } from "../ui/Loading";
import { ProblemNote } from "../ui/ProblemNote";

const ICONS = {
  salons: "M4 20V10l8-6 8 6v10h-5v-6H9v6Z",
  events:
    "M3 8a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v2a2 2 0 0 0 0 4v2a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-2a2 2 0 0 0 0-4Zm11-2v12",
  rooms: "M4 5h16v11H10l-4.5 4v-4H4Z",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 8c1-4 4-5.5 8-5.5s7 1.5 8 5.5",
  bookings: "M5 6h14v14H5Zm0 4h14M9 3v4m6-4v4",
};

export function Shell() {
  const { words } = useWords();
  const myId = useMyId();
  const main = useFocusOnNewPage();
  return (
    <>
      <a className="skip" href="#main">
        {words.skip}
      </a>
      <header className="top">
        <div className="inner">
          <Link className="brand" to="/">
            <img src="/favicon.svg" alt="" width="28" height="28" />
            <span className="long">{words.brand}</span>
            <span className="short">{words.brandShort}</span>
          </Link>
          <nav className="tabs" aria-label={words.menu}>
            <Tab to="/" icon={ICONS.salons} label={words.navSalons} />
            <Tab to="/events" icon={ICONS.events} label={words.navEvents} />
            <Tab to="/rooms" icon={ICONS.rooms} label={words.navChat} />
            <Tab to="/bookings" icon={ICONS.bookings} label={words.navBookings} />
          </nav>
          <Corner />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <FollowedNote />
        {/* What somebody chose or wrote on a page is not the next one's. */}
        <Suspense fallback={<Loading problem={null} />}>
          <Outlet key={myId} />
        </Suspense>
      </main>
    </>
  );
}

/** A new page: back to the top, and a screen reader goes on from here. */
function useFocusOnNewPage() {
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}

/** Somebody signed in or out in another tab, or the session was ended: said where nobody can overlook it. */
function FollowedNote() {
  const { words } = useWords();
  const account = useAccount();
  const hasFollowed = useHasFollowed();
  if (!hasFollowed || account === undefined) return null;
  return (
    <p className="note" role="status" data-testid="followed">
      {account === null ? words.nobodySignedInNow : fill(words.signedInNow, { name: account.name })}
    </p>
  );
}

function Tab({ to, icon, label }: { to: string; icon: string; label: string }) {
  const { pathname } = useLocation();
  const here = to === "/" ? pathname === "/" || pathname.startsWith("/salons") : pathname.startsWith(to);
  return (
    <NavLink to={to} className={here ? "here" : ""}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={icon} />
      </svg>
      <span>{label}</span>
    </NavLink>
  );
}

function Corner() {
  const { language, words, switchLanguage } = useWords();
  const account = useAccount();
  const navigate = useNavigate();
  const leaving = useMutation({ mutationFn: signOut, onSuccess: () => navigate("/") });
  return (
    <div className="corner">
      <button
        type="button"
        className="plain"
        lang={language === "ko" ? "en" : "ko"}
        onClick={switchLanguage}
        data-testid="language-switch"
      >
        {words.otherLanguage}
      </button>
      {account && <Bell accountId={account.id} />}
      {account && (
        <>
          <Link
            className="who"
            to="/account"
            aria-label={`${words.account.title}: ${fill(words.signedInAs, { name: account.name })}`}
            data-testid="my-account"
          >
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d={ICONS.account} />
            </svg>
            <span className="long">{fill(words.signedInAs, { name: account.name })}</span>
          </Link>
          <button
            type="button"
            className="plain"
            data-testid="sign-out"
            disabled={leaving.isPending}
            onClick={() => leaving.mutate()}
          >
            {words.signOut}
          </button>
        </>
      )}
      {account === null && (
        <Link className="button small" to="/sign-in" data-testid="sign-in-link">
          {words.signIn}
        </Link>
      )}
      <ProblemNote problem={leaving.error} />
    </div>
  );
}
