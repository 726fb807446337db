import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { dayAndClock } from "../../i18n/times";
import { ProblemNote } from "../../ui/ProblemNote";
import { SureButton } from "../../ui/SureButton";
import { ActForm } from "../account/ActForm";
import { ProofField } from "../account/ProofField";
import { useMyId } from "../session/session";
import {
  beginConnecting,
  disconnect,
  type Identity,
  isProvider,
  myIdentities,
  type Provider,
  signInProviders,
} from "./queries";
import { ReturnNote } from "./ReturnNote";

/** The providers through which one comes in here, each to be disconnected, and those that could be. */
export function Connected() {
  const social = useWords().words.social;
  const { data: providers = [] } = useQuery(signInProviders);
  const { data, error } = useQuery(myIdentities(useMyId()));
  const mine = data?.items ?? [];
  if (providers.length === 0 && mine.length === 0) return null;
  const others = providers.filter((provider) => !mine.some((identity) => identity.provider === provider));
  return (
    <>
      <h2>{social.title}</h2>
      <p className="faint">{social.lead}</p>
      <ReturnNote />
      <ProblemNote problem={error} />
      {mine.map((identity) => (
        <IdentityCard key={identity.provider} identity={identity} />
      ))}
      {data && others.map((provider) => <Connecting key={provider} provider={provider} />)}
    </>
  );
}

function IdentityCard({ identity }: { identity: Identity }) {
  const { language, words } = useWords();
  const queries = useQueryClient();
  const { queryKey } = myIdentities(useMyId());
  const letting = useMutation({ mutationFn: disconnect, onSettled: () => queries.invalidateQueries({ queryKey }) });
  const { social } = words;
  const { provider } = identity;
  if (!isProvider(provider)) return null;
  return (
    <article className="card" data-testid={`identity-${provider}`}>
      <h3>{social.names[provider]}</h3>
      <p className="faint">{fill(social.since, { moment: dayAndClock(identity.connected_at, language) })}</p>
      <ProblemNote problem={letting.error} />
      <SureButton
        label={social.disconnect}
        question={social.sure}
        yes={social.yes}
        no={social.keep}
        disabled={letting.isPending}
        onSure={() => letting.mutate(provider)}
        testId={`disconnect-${provider}`}
      />
    </article>
  );
}

function Connecting({ provider }: { provider: Provider }) {
  const social = useWords().words.social;
  return (
    <ActForm
      act={async (text) => window.location.assign(await beginConnecting(provider, text("password")))}
      submit={fill(social.connect, { name: social.names[provider] })}
      done={social.goingThere}
      testId={`connect-${provider}`}
    >
      <ProofField />
    </ActForm>
  );
}
