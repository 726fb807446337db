import type { ReactNode } from "react";
import { Link, Outlet, useLocation } from "react-router";
import { useWords } from "../../i18n/Language";
import { useAccount } from "./session";

/** The pages that only somebody signed in may see; others are shown the way in, and come back here. */
export function SignedInOnly(): ReactNode {
  const { words } = useWords();
  const account = useAccount();
  if (account === undefined) return <p className="faint">{words.loading}</p>;
  return account === null ? <SignInFirst /> : <Outlet />;
}

export function SignInFirst() {
  const { words } = useWords();
  const { pathname, hash } = useLocation();
  return (
    <div className="note" data-testid="sign-in-first">
      <p>{words.signInFirst}</p>
      <Link className="button" to="/sign-in" state={{ from: pathname + hash }}>
        {words.signIn}
      </Link>
    </div>
  );
}
