import { useMutation, useQueryClient } from "@tanstack/react-query";
import { usePages } from "../../api/queries";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { dayAndClock } from "../../i18n/times";
import { PageList } from "../../ui/PageList";
import { ProblemNote } from "../../ui/ProblemNote";
import { SureButton } from "../../ui/SureButton";
import { useMyId } from "../session/session";
import { endOtherSessions, endSession, mySessions, type OwnSession } from "./queries";

/** Where one is signed in, each to be ended. */
export function Sessions() {
  const words = useWords().words.account;
  const { queryKey, read } = mySessions(useMyId());
  const pages = usePages(queryKey, read);
  const ending = useEnding((_id: null) => endOtherSessions());
  return (
    <>
      <h2>{words.sessions}</h2>
      <PageList pages={pages} empty={words.noSessions} show={(session) => <SessionCard session={session} />} />
      <ProblemNote problem={ending.error} />
      {(pages.items?.length ?? 0) > 1 && (
        <EndButton
          label={words.endOthers}
          busy={ending.isPending}
          end={() => ending.mutate(null)}
          testId="end-others"
        />
      )}
    </>
  );
}

function SessionCard({ session }: { session: OwnSession }) {
  const { language, words } = useWords();
  const ending = useEnding(endSession);
  const { account } = words;
  return (
    <article className="card" data-testid="session">
      <h3>{session.device || account.unknownDevice}</h3>
      <p className="faint">
        {fill(account.lastUsed, { moment: dayAndClock(session.last_used_at, language) })}
        {session.network && ` · ${session.network}`}
      </p>
      <ProblemNote problem={ending.error} />
      {session.is_this_one ? (
        <span className="tag">{account.thisDevice}</span>
      ) : (
        <EndButton
          label={account.endOne}
          busy={ending.isPending}
          end={() => ending.mutate(session.id)}
          testId="end-session"
        />
      )}
    </article>
  );
}

function useEnding<T>(end: (what: T) => Promise<unknown>) {
  const queries = useQueryClient();
  const { queryKey } = mySessions(useMyId());
  return useMutation({ mutationFn: end, onSettled: () => queries.invalidateQueries({ queryKey }) });
}

interface EndButtonProps {
  label: string;
  busy: boolean;
  end: () => void;
  testId: string;
}

function EndButton({ label, busy, end, testId }: EndButtonProps) {
  const words = useWords().words.account;
  return (
    <SureButton
      label={label}
      question={words.sure}
      yes={words.yes}
      no={words.keep}
      disabled={busy}
      onSure={end}
      testId={testId}
    />
  );
}
