import { type FormEvent, useState } from "react";
import { Navigate, useLocation } from "react-router";
import { accounts } from "../../api/doors";
import { useWords } from "../../i18n/Language";
import { useDoing } from "../../ui/loading";
import { ProblemNote } from "../../ui/ProblemNote";
import { useSession } from "./Session";

/** Sign in, or sign up and be signed in at once; then back to where one came from. */
export function SignInPage() {
  const { words } = useWords();
  const { account, signIn } = useSession();
  const location = useLocation();
  const [isNew, setIsNew] = useState(false);
  const { busy, problem, run } = useDoing();

  if (account) return <Navigate to={(location.state as { from?: string } | null)?.from ?? "/"} replace />;

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [email, password, name] = ["email", "password", "name"].map((field) => String(form.get(field) ?? ""));
    void run(async () => {
      if (isNew) await accounts.signUp({ email: email!, password: password!, name: name! });
      await signIn(email!, password!);
    });
  };

  return (
    <section className="narrow">
      <h1>{isNew ? words.signUp : words.signIn}</h1>
      <form onSubmit={submit} className="card form">
        {isNew && (
          <label>
            {words.name}
            <input name="name" required maxLength={50} autoComplete="name" data-testid="sign-up-name" />
          </label>
        )}
        <label>
          {words.email}
          <input
            name="email"
            type="email"
            required
            maxLength={254}
            autoComplete="email"
            inputMode="email"
            data-testid="sign-in-email"
          />
        </label>
        <label>
          {words.password}
          <input
            name="password"
            type="password"
            required
            maxLength={128}
            autoComplete={isNew ? "new-password" : "current-password"}
            aria-describedby={isNew ? "password-hint" : undefined}
            data-testid="sign-in-password"
          />
        </label>
        {isNew && (
          <p id="password-hint" className="faint">
            {words.passwordHint}
          </p>
        )}
        <ProblemNote problem={problem} />
        <button type="submit" disabled={busy} data-testid="sign-in-submit">
          {isNew ? words.signUp : words.signIn}
        </button>
      </form>
      <p className="center">
        {isNew ? words.haveAccount : words.noAccount}{" "}
        <button type="button" className="link" onClick={() => setIsNew(!isNew)} data-testid="sign-up-switch">
          {isNew ? words.signIn : words.signUp}
        </button>
      </p>
    </section>
  );
}
