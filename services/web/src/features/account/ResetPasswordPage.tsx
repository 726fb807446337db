import { useWords } from "../../i18n/Language";
import { ActForm } from "./ActForm";
import { useMailedToken } from "./mailed-token";
import { EmailField, PasswordField } from "./PasswordField";
import { askForNewPassword, setNewPassword } from "./queries";

/** Without a link: ask for one. With a link that came by mail: a new password. */
export function ResetPasswordPage() {
  const { words } = useWords();
  const token = useMailedToken();
  const { account } = words;
  return (
    <section className="narrow">
      <h1>{account.resetTitle}</h1>
      {token === "" ? (
        <ActForm
          act={(text) => askForNewPassword(text("email"))}
          submit={account.send}
          done={account.resetSent}
          testId="ask-for-password"
        >
          <p className="faint">{account.resetLead}</p>
          <EmailField label={words.email} />
        </ActForm>
      ) : (
        <ActForm
          act={(text) => setNewPassword({ token, password: text("new_password") })}
          submit={account.save}
          done={account.resetDone}
          testId="new-password"
        >
          <PasswordField name="new_password" label={account.newPassword} isNew />
        </ActForm>
      )}
    </section>
  );
}
