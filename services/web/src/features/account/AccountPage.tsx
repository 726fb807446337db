import { useMutation } from "@tanstack/react-query";
import { useWords } from "../../i18n/Language";
import { ProblemNote } from "../../ui/ProblemNote";
import { useAccount } from "../session/session";
import { ActForm } from "./ActForm";
import { EmailField, PasswordField } from "./PasswordField";
import { askToChangeEmail, changePassword, deleteAccount, sendConfirmation } from "./queries";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";

/** One's own address, password and devices. */
export default function AccountPage() {
  const words = useWords().words.account;
  const account = useAccount();
  return (
    <section className="narrow">
      <h1>{words.title}</h1>
      <Address />
      <Sessions />
      {account?.role === "operator" && <SecondFactor />}
      <h2>{words.changePassword}</h2>
      <ActForm
        act={(text) => changePassword({ password: text("password"), new_password: text("new_password") })}
        submit={words.save}
        done={words.passwordChanged}
        testId="change-password"
      >
        <PasswordField name="password" label={words.presentPassword} />
        <PasswordField name="new_password" label={words.newPassword} isNew />
      </ActForm>
      <h2>{words.changeEmail}</h2>
      <ActForm
        act={(text) => askToChangeEmail({ email: text("email"), password: text("password") })}
        submit={words.send}
        done={words.mailSent}
        testId="change-email"
      >
        <p className="faint">{words.changeEmailLead}</p>
        <EmailField label={words.newEmail} />
        <PasswordField name="password" label={words.presentPassword} />
      </ActForm>
      {account?.role !== "operator" && <Deletion />}
    </section>
  );
}

function Deletion() {
  const words = useWords().words.account;
  return (
    <>
      <h2>{words.deleteTitle}</h2>
      <ActForm
        act={(text) => deleteAccount(text("password"))}
        submit={words.deleteIt}
        done={words.deleted}
        testId="delete-account"
      >
        <p className="faint">{words.deleteLead}</p>
        <PasswordField name="password" label={words.presentPassword} />
      </ActForm>
    </>
  );
}

function Address() {
  const words = useWords().words.account;
  const account = useAccount();
  const sending = useMutation({ mutationFn: sendConfirmation });
  if (!account) return null;
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
