import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, Navigate, useLocation, useSearchParams } from "react-router";
import { useWords } from "../../i18n/Language";
import { ProblemNote } from "../../ui/ProblemNote";
import { ownPath } from "../social/addresses";
import { ReturnNote } from "../social/ReturnNote";
import { SignInButtons } from "../social/SignInButtons";
import { signIn, signUp, useAccount } from "./session";

const ASKS_FOR_CODE = new Set(["second-factor-needed", "wrong-code"]);

/** Sign in, or sign up and be signed in at once; then back to where one came from. */
export function SignInPage() {
  const { words } = useWords();
  const account = useAccount();
  const location = useLocation();
  const [query] = useSearchParams();
  const [isNew, setIsNew] = useState(false);
  const entering = useMutation({
    mutationFn: (form: FormData) => {
      const text = (field: string): string => String(form.get(field) ?? "");
      const credentials = { email: text("email"), password: text("password") };
      const code = text("code");
      if (isNew) return signUp({ ...credentials, name: text("name") });
      return signIn(code === "" ? credentials : { ...credentials, code });
    },
  });

  const from = (location.state as { from?: string } | null)?.from ?? ownPath(query.get("return_to"));
  if (account) return <Navigate to={from} replace />;

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    entering.mutate(new FormData(event.currentTarget));
  };
  return (
    <section className="narrow">
      <h1>{isNew ? words.signUp : words.signIn}</h1>
      <ReturnNote />
      <form onSubmit={submit} className="card form">
        {isNew && (
          <label>
            {words.name}
            <input name="name" required maxLength={50} autoComplete="name" data-testid="sign-up-name" />
          </label>
        )}
        <CredentialFields isNew={isNew} />
        {ASKS_FOR_CODE.has(entering.error?.code ?? "") && <CodeField />}
        <ProblemNote problem={entering.error} />
        <button type="submit" disabled={entering.isPending} data-testid="sign-in-submit">
          {isNew ? words.signUp : words.signIn}
        </button>
      </form>
      {/* Behind # may stand the token of a mail, which no server sees. */}
      <SignInButtons returnTo={from.split("#", 1)[0] ?? "/"} />
      {!isNew && (
        <p className="center">
          <Link to="/reset-password" data-testid="forgot-password">
            {words.account.forgot}
          </Link>
        </p>
      )}
      <p className="center">
        {isNew ? words.haveAccount : words.noAccount}{" "}
        <button type="button" className="link" onClick={() => setIsNew(!isNew)} data-testid="sign-up-switch">
          {isNew ? words.signIn : words.signUp}
        </button>
      </p>
    </section>
  );
}

function CredentialFields({ isNew }: { isNew: boolean }) {
  const { words } = useWords();
  return (
    <>
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
          data-testid="sign-in-password"
        />
        {isNew && <small className="faint">{words.passwordHint}</small>}
      </label>
    </>
  );
}

function CodeField() {
  const { words } = useWords();
  return (
    <label>
      {words.account.code}
      <input name="code" required maxLength={40} autoComplete="one-time-code" data-testid="sign-in-code" />
    </label>
  );
}
