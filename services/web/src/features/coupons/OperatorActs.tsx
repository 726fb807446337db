import { Link } from "react-router";
import { couponEvents, type EventAct } from "../../api/doors";
import type { CouponEvent } from "../../api/types";
import { useWords } from "../../i18n/Language";
import { useDoing } from "../../ui/loading";
import { ProblemNote } from "../../ui/ProblemNote";
import { SureButton } from "../../ui/SureButton";

/** The few acts of the operator on one event; more, and the live numbers, are on the console. */
export function OperatorActs({ event, onChange }: { event: CouponEvent; onChange: (event: CouponEvent) => void }) {
  const { words } = useWords();
  const { busy, problem, run } = useDoing();
  const act = (name: EventAct): void => void run(async () => onChange(await couponEvents.act(event.id, name)));
  return (
    <div className="card form" data-testid="operator-acts">
      <h2>{words.operator}</h2>
      <div className="row">
        {possibleActs(event).map((name) => (
          <button
            key={name}
            type="button"
            className="quiet"
            disabled={busy}
            onClick={() => act(name)}
            data-testid={`act-${name}`}
          >
            {words.acts[name]}
          </button>
        ))}
        {event.state === "published" && (
          <SureButton
            label={words.acts.close}
            question={words.closeSure}
            yes={words.yesClose}
            no={words.keep}
            disabled={busy}
            onSure={() => act("close")}
            testId="act-close"
          />
        )}
      </div>
      <Link to={`/operator/events/${event.id}`} data-testid="to-console">
        {words.console.link}
      </Link>
      <ProblemNote problem={problem} />
    </div>
  );
}

function possibleActs(event: CouponEvent): EventAct[] {
  if (event.state === "draft") return ["publish"];
  if (event.state !== "published") return [];
  const acts: EventAct[] = Date.parse(event.opens_at) > Date.now() ? ["open"] : [];
  return [...acts, event.paused ? "resume" : "pause"];
}
