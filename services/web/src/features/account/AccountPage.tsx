import { useMutation } from "@tanstack/react-query";
import { useWords } from "../../i18n/Language";
import { ProblemNote } from "../../ui/ProblemNote";
import { useAccount } from "../session/session";
import { Connected } from "../social/Connected";
import { ActForm } from "./ActForm";
import { EmailField, PasswordField } from "./PasswordField";
import { ProofField } from "./ProofField";
import { askToChangeEmail, changePassword, deleteAccount, sendConfirmation } from "./queries";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";

/** One's own address, password and devices. */
export default function AccountPage() {
  const words = useWords().words.account;
  const social = useWords().words.social;
  const account = useAccount();
  const hasPassword = account?.has_password !== false;
  return (
    <section className="narrow">
      <h1>{words.title}</h1>
      <Address />
      <Sessions />
      {account?.role === "operator" ? <SecondFactor /> : <Connected />}
      <h2>{hasPassword ? words.changePassword : social.setPassword}</h2>
      <ActForm
        act={(text) => changePassword({ ...given(text("password")), new_password: text("new_password") })}
        submit={words.save}
        done={words.passwordChanged}
        testId="change-password"
      >
        <ProofField />
        <PasswordField name="new_password" label={words.newPassword} isNew />
      </ActForm>
      <h2>{account?.email === null ? social.addEmail : words.changeEmail}</h2>
      <ActForm
        act={(text) => askToChangeEmail({ email: text("email"), ...given(text("password")) })}
        submit={words.send}
        done={words.mailSent}
        testId="change-email"
      >
        <p className="faint">{words.changeEmailLead}</p>
        <EmailField label={words.newEmail} />
        <ProofField />
      </ActForm>
      {account?.role !== "operator" && <Deletion />}
    </section>
  );
}

/** Nothing of whoever has no password. */
function given(password: string): { password?: string } {
  return password === "" ? {} : { password };
}

function Deletion() {
  const words = useWords().words.account;
  return (
    <>
      <h2>{words.deleteTitle}</h2>
      <ActForm
        act={(text) => deleteAccount(given(text("password")))}
        submit={words.deleteIt}
        done={words.deleted}
        testId="delete-account"
      >
        <p className="faint">{words.deleteLead}</p>
        <ProofField />
      </ActForm>
    </>
  );
}

function Address() {
  const words = useWords().words.account;
  const social = useWords().words.social;
  const account = useAccount();
  const sending = useMutation({ mutationFn: sendConfirmation });
  if (!account) return null;
  if (account.email === null) {
    return (
      <div className="card" data-testid="no-email">
        <h2>{social.noEmail}</h2>
        <p className="faint">{social.noEmailLead}</p>
      </div>
    );
  }
  return (
    <div className="card" data-testid="my-email">
      <h2>{account.email}</h2>
      <p className="faint" data-testid={account.email_confirmed ? "email-confirmed" : "email-not-confirmed"}>
        {account.email_confirmed ? words.confirmed : words.notConfirmed}
      </p>
      <ProblemNote problem={sending.error} />
      {sending.isSuccess && <p role="status">{words.mailSent}</p>}
      {!account.email_confirmed && (
        <button type="button" className="quiet" disabled={sending.isPending} onClick={() => sending.mutate()}>
          {words.sendAgain}
        </button>
      )}
    </div>
  );
}
