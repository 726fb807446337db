import { type FormEvent, useState } from "react";
import type { CouponEvent } from "../../api/types";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { MINUTE_MS, useNow } from "../../ui/now";
import { ProblemNote } from "../../ui/ProblemNote";
import { SureButton } from "../../ui/SureButton";
import { actOn, type EventAct, setMessage, setPace } from "../coupons/queries";
import { useEventAct } from "../coupons/use-event-act";
import type { Numbers } from "./numbers";

const ACTS: readonly EventAct[] = ["open", "pause", "resume", "close"];
const MESSAGE_LENGTH = 200;

interface Props {
  event: CouponEvent;
  numbers: Numbers | null;
}

/** Everything that changes a running drop, each asked once more before it is done. */
export function ConsoleActs({ event, numbers }: Props) {
  const { words } = useWords();
  const now = useNow(MINUTE_MS);
  const { mutate: act, isPending, error } = useEventAct(event.id);
  const may: Record<EventAct, boolean> = {
    publish: false,
    open: Date.parse(event.opens_at) > now,
    pause: !event.paused,
    resume: event.paused,
    close: true,
  };
  return (
    <div className="card form" data-testid="console-acts">
      <h2>{words.console.acts}</h2>
      <div className="row">
        {ACTS.filter((name) => may[name]).map((name) => (
          <SureButton
            key={name}
            label={words.acts[name]}
            question={name === "close" ? words.closeSure : fill(words.console.actSure, { act: words.acts[name] })}
            yes={name === "close" ? words.yesClose : words.console.yes}
            no={words.console.no}
            disabled={isPending}
            onSure={() => act(() => actOn(event.id, name))}
            testId={`console-${name}`}
          />
        ))}
      </div>
      <Pace now={numbers} busy={isPending} onSet={(pace) => act(() => setPace(event.id, pace))} />
      <MessageForm now={numbers} busy={isPending} onMessage={(message) => act(() => setMessage(event.id, message))} />
      <ProblemNote problem={error} />
    </div>
  );
}

function Pace({ now, busy, onSet }: { now: Numbers | null; busy: boolean; onSet: (pace: number | null) => void }) {
  const { words } = useWords();
  const set = (submitted: FormEvent<HTMLFormElement>): void => {
    submitted.preventDefault();
    const text = String(new FormData(submitted.currentTarget).get("pace"));
    onSet(text === "" ? null : Number(text));
  };
  const held = now?.pace_ceiling_per_second;
  return (
    <form onSubmit={set} className="form">
      <label>
        {words.console.pace}
        <input
          name="pace"
          type="number"
          min={1}
          max={100000}
          placeholder={words.console.noPace}
          data-testid="console-pace"
        />
      </label>
      <p className="faint" data-testid="live-pace">
        {held == null ? words.console.noPace : fill(words.console.paceNow, { pace: held })}
      </p>
      <button type="submit" className="quiet" disabled={busy} data-testid="console-set-pace">
        {words.console.setPace}
      </button>
    </form>
  );
}

interface MessageFormProps {
  now: Numbers | null;
  busy: boolean;
  onMessage: (message: { ko: string; en: string }) => void;
}

function MessageForm({ now, busy, onMessage }: MessageFormProps) {
  const { words } = useWords();
  const [ko, setKo] = useState("");
  const [en, setEn] = useState("");
  const submit = (submitted: FormEvent): void => {
    submitted.preventDefault();
    onMessage({ ko, en });
  };
  const shown = [now?.message?.ko, now?.message?.en].filter(Boolean).join(" / ");
  return (
    <form onSubmit={submit} className="form">
      <label>
        {words.console.messageKo}
        <input
          value={ko}
          maxLength={MESSAGE_LENGTH}
          lang="ko"
          onChange={(e) => setKo(e.target.value)}
          data-testid="console-ko"
        />
      </label>
      <label>
        {words.console.messageEn}
        <input
          value={en}
          maxLength={MESSAGE_LENGTH}
          lang="en"
          onChange={(e) => setEn(e.target.value)}
          data-testid="console-en"
        />
      </label>
      <p className="faint" data-testid="live-message">
        {shown === "" ? words.console.noMessage : fill(words.console.messageNow, { message: shown })}
      </p>
      <button type="submit" className="quiet" disabled={busy} data-testid="console-say">
        {ko === "" && en === "" ? words.console.takeBack : words.console.showMessage}
      </button>
    </form>
  );
}
