/** Who is signed in, for the whole page. */

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { accounts, http } from "../../api/doors";
import { asProblem } from "../../api/problem";
import type { Account } from "../../api/types";

interface Session {
  /** Undefined until it is known. */
  account: Account | null | undefined;
  signIn: (email: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
}

const Context = createContext<Session | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [account, setAccount] = useState<Account | null | undefined>(undefined);
  useEffect(() => {
    if (http.mayHaveSession()) accounts.me().then(setAccount, () => setAccount(null));
    else setAccount(null);
  }, []);

  const session: Session = {
    account,
    signIn: async (email, password) => setAccount((await accounts.signIn({ email, password })).account),
    signOut: async () => {
      await accounts.signOut().catch((thrown: unknown) => {
        // Nobody was signed in any more: that is what was asked for.
        if (asProblem(thrown).status !== 401) throw thrown;
      });
      setAccount(null);
    },
  };
  return <Context value={session}>{children}</Context>;
}

export function useSession(): Session {
  const session = useContext(Context);
  if (session === null) throw new Error("useSession needs a SessionProvider");
  return session;
}
