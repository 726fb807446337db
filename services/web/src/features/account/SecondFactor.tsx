import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { Loading } from "../../ui/Loading";
import { useMyId } from "../session/session";
import { ActForm } from "./ActForm";
import { PasswordField } from "./PasswordField";
import { confirmSecondFactor, mySecondFactor, type Offered, offerSecondFactor } from "./queries";

/** An operator's authenticator app: whether there is one, and setting it up. */
export function SecondFactor() {
  const words = useWords().words.account;
  const { data, error } = useQuery(mySecondFactor(useMyId()));
  return (
    <>
      <h2>{words.secondFactor}</h2>
      {data === undefined && <Loading problem={error} />}
      {data?.is_set_up && (
        <p className="card" data-testid="second-factor-set-up">
          {fill(words.isSetUp, { count: data.recovery_codes_left })}
        </p>
      )}
      {data?.is_set_up === false && <SettingUp />}
    </>
  );
}

function SettingUp() {
  const words = useWords().words.account;
  const [offered, setOffered] = useState<Offered | null>(null);
  if (offered !== null) return <ShowingCode offered={offered} />;
  return (
    <ActForm
      act={async (text) => setOffered(await offerSecondFactor(text("password")))}
      submit={words.setUp}
      done=""
      testId="second-factor"
    >
      <p className="faint">{words.secondFactorLead}</p>
      <PasswordField name="password" label={words.presentPassword} />
    </ActForm>
  );
}

function ShowingCode({ offered }: { offered: Offered }) {
  const words = useWords().words.account;
  const queries = useQueryClient();
  const { queryKey } = mySecondFactor(useMyId());
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes !== null) {
    return (
      <div className="card" data-testid="recovery-codes">
        <p>{words.writeDown}</p>
        <pre>{codes.join("\n")}</pre>
        <button type="button" className="quiet" onClick={() => void queries.invalidateQueries({ queryKey })}>
          {words.confirm}
        </button>
      </div>
    );
  }
  return (
    <ActForm
      act={async (text) => setCodes(await confirmSecondFactor(text("code")))}
      submit={words.confirm}
      done=""
      testId="second-factor-code"
    >
      <p>{words.intoTheApp}</p>
      <pre data-testid="second-factor-secret">{offered.secret}</pre>
      <a href={offered.uri}>{words.openApp}</a>
      <label>
        {words.code}
        <input name="code" required maxLength={40} autoComplete="one-time-code" data-testid="account-code" />
      </label>
    </ActForm>
  );
}
