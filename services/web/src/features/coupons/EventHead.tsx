import type { CouponEvent, LineStatus } from "../../api/types";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { dayAndClock } from "../../i18n/times";
import type { LineView } from "../line/client";
import type { EventNow } from "./event-state";

interface Props {
  event: CouponEvent;
  current: EventNow;
  status: LineStatus | null;
  view: LineView | null;
}

export function EventHead({ event, current, status, view }: Props) {
  const { language, words } = useWords();
  const live = view !== null && view.connection !== "ended" ? view : null;
  const state = live?.lineState ?? current.state;
  return (
    <>
      <span className={`tag ${state}`} data-testid="event-state">
        {words.eventState[state]}
      </span>
      {event.rehearsal && <span className="tag rehearsal">{words.rehearsal}</span>}
      <h1>{event.title}</h1>
      <p className="amount">{fill(words.discount, { amount: event.discount_won })}</p>
      <p className="faint">
        {fill(words.quantity, { count: event.quantity })}
        <Counts
          isRunning={state === "open" || state === "paused" || state === "drawing"}
          isRegistering={state === "not-open" && event.line_order === "lottery"}
          stockLeft={live?.stockLeft ?? status?.stock_left}
          waiting={live?.waiting ?? status?.waiting}
        />
        <br />
        {fill(words.opensAt, { time: dayAndClock(current.opensAt, language) })} ·{" "}
        {fill(words.closesAt, { time: dayAndClock(current.closesAt, language) })}
      </p>
      <Conditions event={event} />
    </>
  );
}

function Conditions({ event }: { event: CouponEvent }) {
  const { language, words } = useWords();
  const { needs_confirmed_email, needs_account_before, needs_dog } = event;
  if (!needs_confirmed_email && needs_account_before === null && !needs_dog) return null;
  const before = needs_account_before === null ? "" : dayAndClock(needs_account_before, language);
  return (
    <ul className="faint" data-testid="conditions">
      {needs_confirmed_email && <li>{words.entryNeeds.confirmedEmail}</li>}
      {before && <li>{fill(words.entryNeeds.accountBefore, { time: before })}</li>}
      {needs_dog && <li>{words.entryNeeds.dog}</li>}
    </ul>
  );
}

interface CountsProps {
  isRunning: boolean;
  isRegistering: boolean;
  stockLeft: number | undefined;
  waiting: number | undefined;
}

function Counts({ isRunning, isRegistering, stockLeft, waiting }: CountsProps) {
  const { words } = useWords();
  return (
    <>
      {isRunning && stockLeft !== undefined && <> · {fill(words.stockLeft, { count: stockLeft })}</>}
      {isRunning && waiting !== undefined && <> · {fill(words.waitingNow, { count: waiting })}</>}
      {isRegistering && waiting !== undefined && <> · {fill(words.registeredNow, { count: waiting })}</>}
    </>
  );
}
