import { Link } from "react-router";
import type { CouponEvent } from "../../api/types";
import { useWords } from "../../i18n/Language";
import { ProblemNote } from "../../ui/ProblemNote";
import { SureButton } from "../../ui/SureButton";
import { actOn, type EventAct } from "./queries";
import { useEventAct } from "./use-event-act";

/** The few acts of the operator on one event; more, and the live numbers, are on the console. */
export function OperatorActs({ event, now }: { event: CouponEvent; now: number }) {
  const { words } = useWords();
  const act = useEventAct(event.id);
  return (
    <div className="card form" data-testid="operator-acts">
      <h2>{words.operator}</h2>
      <div className="row">
        {possibleActs(event, now).map((name) => (
          <button
            key={name}
            type="button"
            className="quiet"
            disabled={act.isPending}
            onClick={() => act.mutate(() => actOn(event.id, name))}
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
            disabled={act.isPending}
            onSure={() => act.mutate(() => actOn(event.id, "close"))}
            testId="act-close"
          />
        )}
      </div>
      <Link to={`/operator/events/${event.id}`} data-testid="to-console">
        {words.console.link}
      </Link>
      <ProblemNote problem={act.error} />
    </div>
  );
}

function possibleActs(event: CouponEvent, now: number): EventAct[] {
  if (event.state === "draft") return ["publish"];
  if (event.state !== "published") return [];
  const acts: EventAct[] = Date.parse(event.opens_at) > now ? ["open"] : [];
  return [...acts, event.paused ? "resume" : "pause"];
}
