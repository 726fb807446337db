import { useQuery } from "@tanstack/react-query";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { useAccount, useMyId } from "../session/session";
import { wayTo } from "../social/addresses";
import { isProvider, myIdentities } from "../social/queries";
import { PasswordField } from "./PasswordField";

/** Who one is, once more: the password, or a way to sign in again for whoever has none. */
export function ProofField() {
  const { words } = useWords();
  const account = useAccount();
  if (account?.has_password !== false) return <PasswordField name="password" label={words.account.presentPassword} />;
  return <SignInAgain />;
}

function SignInAgain() {
  const social = useWords().words.social;
  const { data } = useQuery(myIdentities(useMyId()));
  const providers = (data?.items ?? []).map(({ provider }) => provider).filter(isProvider);
  return (
    <div className="faint" data-testid="sign-in-again">
      <p>{social.noPassword}</p>
      {providers.map((provider) => (
        <a key={provider} className="plain" href={wayTo(provider, "/account")}>
          {fill(social.signInAgain, { name: social.names[provider] })}
        </a>
      ))}
    </div>
  );
}
