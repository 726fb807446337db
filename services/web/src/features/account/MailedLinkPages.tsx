import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { ProblemNote } from "../../ui/ProblemNote";
import { useMailedToken } from "./mailed-token";
import { changeEmail, confirmEmail } from "./queries";

/** Where the link leads that confirms an address. A button, so that whatever looks at links in mails confirms nothing. */
export function ConfirmEmailPage() {
  const words = useWords().words.account;
  const confirming = useMutation({ mutationFn: confirmEmail });
  return (
    <LinkPage
      title={words.confirmTitle}
      lead={words.confirmLead}
      done={confirming.isSuccess ? words.confirmDone : null}
      problem={confirming.error}
      busy={confirming.isPending}
      open={confirming.mutate}
    />
  );
}

/** The same for another address, of whoever is signed in. */
export function ChangeEmailPage() {
  const words = useWords().words.account;
  const changing = useMutation({ mutationFn: changeEmail });
  return (
    <LinkPage
      title={words.changeTitle}
      lead={words.changeLead}
      done={changing.isSuccess ? fill(words.changeDone, { email: changing.data }) : null}
      problem={changing.error}
      busy={changing.isPending}
      open={changing.mutate}
    />
  );
}

interface Props {
  title: string;
  lead: string;
  done: string | null;
  problem: Error | null;
  busy: boolean;
  open: (token: string) => void;
}

function LinkPage({ title, lead, done, problem, busy, open }: Props) {
  const words = useWords().words.account;
  const token = useMailedToken();
  return (
    <section className="narrow">
      <h1>{title}</h1>
      <div className="card form">
        <p role="status" data-testid={done === null ? "mailed-link" : "mailed-link-done"}>
          {done ?? lead}
        </p>
        <ProblemNote problem={problem} />
        {done === null ? (
          <button type="button" disabled={busy} onClick={() => open(token)} data-testid="mailed-link-open">
            {words.confirm}
          </button>
        ) : (
          <Link className="button" to="/account">
            {words.toAccount}
          </Link>
        )}
      </div>
    </section>
  );
}
