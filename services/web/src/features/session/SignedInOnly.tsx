import type { ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { useWords } from "../../i18n/Language";
import { useSession } from "./Session";

/** What only somebody signed in may see; others are shown the way in, and come back here. */
export function SignedInOnly({ children }: { children: ReactNode }) {
  const { words } = useWords();
  const { account } = useSession();
  if (account === undefined) return <p className="faint">{words.loading}</p>;
  return account === null ? <SignInFirst /> : children;
}

export function SignInFirst() {
  const { words } = useWords();
  const { pathname } = useLocation();
  return (
    <div className="note">
      <p>{words.signInFirst}</p>
      <Link className="button" to="/sign-in" state={{ from: pathname }}>
        {words.signIn}
      </Link>
    </div>
  );
}
