import { useEffect } from "react";
import { useParams } from "react-router";
import { couponEvents, line } from "../api/doors";
import type { CouponEvent, LineStatus } from "../api/types";
import { Countdown } from "../parts/Countdown";
import { useLoad } from "../parts/loading";
import { useNow } from "../parts/now";
import { ProblemNote } from "../parts/ProblemNote";
import { useSession } from "../parts/Session";
import { SignInFirst } from "../parts/SignedInOnly";
import { fill } from "../words/fill";
import { useWords } from "../words/Language";
import { dayAndClock } from "../words/times";
import { eventState, type ShownState } from "./event-state";
import { LinePanel } from "./LinePanel";
import { OperatorActs } from "./OperatorActs";
import { useLine, type Line } from "./use-line";

const ASK_STATUS_EVERY_MS = 5_000;

export function EventPage() {
  const { words } = useWords();
  const { account } = useSession();
  const { id = "" } = useParams();
  const event = useLoad(account === undefined ? null : `event ${id} ${account?.role}`, () => couponEvents.one(id));
  const status = useLoad(event.data && event.data.state !== "draft" ? `status ${id} ${event.data.state}` : null, () =>
    line.status(id),
  );
  const mine = useLine(id, account && account.role !== "operator" ? account.id : null);
  const now = useNow(true);

  const isWatching = mine.view === null || mine.view.connection === "ended";
  useEffect(() => {
    if (!isWatching) return;
    const timer = setInterval(() => {
      if (document.hidden) return;
      status.reload();
      event.reload();
    }, ASK_STATUS_EVERY_MS);
    return () => clearInterval(timer);
  }, [isWatching, status.reload, event.reload]);

  if (event.data === null) {
    return event.problem ? (
      <ProblemNote problem={event.problem} onRetry={event.reload} />
    ) : (
      <p className="faint">{words.loading}</p>
    );
  }
  const state = eventState(event.data, status.data, now);
  return (
    <section className="narrow">
      <EventHead event={event.data} state={state} status={status.data} view={mine.view} />
      {account?.role === "operator" && <OperatorActs event={event.data} onChange={event.setData} />}
      {account?.role !== "operator" && <Turn event={event.data} state={state} now={now} mine={mine} />}
    </section>
  );
}

interface HeadProps {
  event: CouponEvent;
  state: ShownState;
  status: LineStatus | null;
  view: Line["view"];
}

function EventHead({ event, state, status, view }: HeadProps) {
  const { language, words } = useWords();
  const live = view !== null && view.connection !== "ended";
  const stockLeft = (live ? view.stockLeft : null) ?? status?.stock_left;
  const waiting = (live ? view.waiting : null) ?? status?.waiting;
  const running = state === "open" || state === "paused";
  return (
    <>
      <span className={`tag ${state}`}>{words.eventState[state]}</span>
      <h1>{event.title}</h1>
      <p className="amount">{fill(words.discount, { amount: event.discount_won })}</p>
      <p className="faint">
        {fill(words.quantity, { count: event.quantity })}
        {running && stockLeft !== undefined && <> · {fill(words.stockLeft, { count: stockLeft })}</>}
        {running && waiting !== undefined && <> · {fill(words.waitingNow, { count: waiting })}</>}
        <br />
        {fill(words.opensAt, { time: dayAndClock(event.opens_at, language) })} ·{" "}
        {fill(words.closesAt, { time: dayAndClock(event.closes_at, language) })}
      </p>
    </>
  );
}

interface TurnProps {
  event: CouponEvent;
  state: ShownState;
  now: number;
  mine: Line;
}

/** What I can do about it: wait for the opening, sign in, join, or watch my place. */
function Turn({ event, state, now, mine }: TurnProps) {
  const { words } = useWords();
  const { account } = useSession();
  if (account === undefined) return null;
  if (mine.view !== null) return <LinePanel mine={mine} canJoinAgain={state === "open" || state === "paused"} />;

  return (
    <div className="card turn">
      {state === "not-open" && (
        <>
          <p>{words.opensIn}</p>
          <Countdown until={event.opens_at} now={now} />
          <p className="faint">{words.notOpenYet}</p>
        </>
      )}
      {state === "paused" && <p className="note">{words.eventState["paused"]}</p>}
      {state === "sold-out" && <p className="note">{words.endSoldOut}</p>}
      {state === "closed" && <p className="note">{words.endClosed}</p>}
      <ProblemNote problem={mine.doing.problem} />
      {account === null ? (
        <SignInFirst />
      ) : (
        <button
          type="button"
          className="big"
          disabled={mine.doing.busy || !(state === "open" || state === "paused")}
          onClick={mine.join}
          data-testid="join-line"
        >
          {mine.doing.busy ? words.joining : words.joinLine}
        </button>
      )}
    </div>
  );
}
