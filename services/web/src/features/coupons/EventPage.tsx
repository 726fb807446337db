import { useEffect } from "react";
import { useParams } from "react-router";
import { couponEvents, line } from "../../api/doors";
import type { CouponEvent, LineStatus } from "../../api/types";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { dayAndClock } from "../../i18n/times";
import { Countdown } from "../../ui/Countdown";
import { useLoad } from "../../ui/loading";
import { useNow } from "../../ui/now";
import { ProblemNote } from "../../ui/ProblemNote";
import { LinePanel } from "../line/LinePanel";
import { type Line, useLine } from "../line/use-line";
import { useSession } from "../session/Session";
import { SignInFirst } from "../session/SignedInOnly";
import { type EventNow, eventNow } from "./event-state";
import { LotteryNote } from "./LotteryNote";
import { OperatorActs } from "./OperatorActs";

const ASK_EVERY_MS = { running: 5_000, waiting: 20_000 };

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

  const current = event.data && eventNow(event.data, status.data, now);
  const isFollowing = mine.view !== null && mine.view.connection !== "ended";
  useAsking(isFollowing ? null : (current?.state ?? null), status.reload);
  useAsking(account?.role === "operator" ? (current?.state ?? null) : null, event.reload);

  if (event.data === null || current === null) {
    return event.problem ? (
      <ProblemNote problem={event.problem} onRetry={event.reload} />
    ) : (
      <p className="faint">{words.loading}</p>
    );
  }
  return (
    <section className="narrow">
      <EventHead event={event.data} current={current} status={status.data} view={mine.view} />
      {event.data.line_order === "lottery" && <LotteryNote event={event.data} accountId={account?.id ?? null} />}
      {account?.role === "operator" && <OperatorActs event={event.data} onChange={event.setData} />}
      {account?.role !== "operator" && (
        <Turn current={current} isLottery={event.data.line_order === "lottery"} now={now} mine={mine} />
      )}
    </section>
  );
}

/** Ask again now and then while it is looked at: often while the line runs, seldom before, never after it is over. */
function useAsking(state: EventNow["state"] | null, ask: () => void): void {
  const isOver = state === null || state === "draft" || state === "closed" || state === "sold-out";
  const everyMs = state === "not-open" ? ASK_EVERY_MS.waiting : ASK_EVERY_MS.running;
  useEffect(() => {
    if (isOver) return;
    ask();
    // Not all who look at one drop at one moment.
    const timer = setInterval(() => document.hidden || ask(), everyMs * (0.8 + 0.4 * Math.random()));
    return () => clearInterval(timer);
  }, [isOver, everyMs, ask]);
}

interface HeadProps {
  event: CouponEvent;
  current: EventNow;
  status: LineStatus | null;
  view: Line["view"];
}

function EventHead({ event, current, status, view }: HeadProps) {
  const { language, words } = useWords();
  const live = view !== null && view.connection !== "ended";
  const stockLeft = (live ? view.stockLeft : null) ?? status?.stock_left;
  const waiting = (live ? view.waiting : null) ?? status?.waiting;
  const lineState = live ? view.lineState : null;
  const state = lineState ?? current.state;
  const running = state === "open" || state === "paused" || state === "drawing";
  const isRegistering = state === "not-open" && event.line_order === "lottery";
  return (
    <>
      <span className={`tag ${state}`}>{words.eventState[state]}</span>
      {event.rehearsal && <span className="tag rehearsal">{words.rehearsal}</span>}
      <h1>{event.title}</h1>
      <p className="amount">{fill(words.discount, { amount: event.discount_won })}</p>
      <p className="faint">
        {fill(words.quantity, { count: event.quantity })}
        {running && stockLeft !== undefined && <> · {fill(words.stockLeft, { count: stockLeft })}</>}
        {running && waiting !== undefined && <> · {fill(words.waitingNow, { count: waiting })}</>}
        {isRegistering && waiting !== undefined && <> · {fill(words.registeredNow, { count: waiting })}</>}
        <br />
        {fill(words.opensAt, { time: dayAndClock(current.opensAt, language) })} ·{" "}
        {fill(words.closesAt, { time: dayAndClock(current.closesAt, language) })}
      </p>
    </>
  );
}

interface TurnProps {
  current: EventNow;
  isLottery: boolean;
  now: number;
  mine: Line;
}

/** What I can do about it: wait for the opening, sign in, join, or watch my place. */
function Turn({ current: { state, opensAt }, isLottery, now, mine }: TurnProps) {
  const { words } = useWords();
  const { account } = useSession();
  if (account === undefined) return null;
  const registers = isLottery && state === "not-open";
  const canJoin = registers || state === "drawing" || state === "open" || state === "paused";
  if (mine.view !== null) return <LinePanel mine={mine} canJoinAgain={canJoin} />;

  return (
    <div className="card turn">
      {state === "not-open" && (
        <>
          <p>{words.opensIn}</p>
          <Countdown until={opensAt} now={now} />
          <p className="faint">{registers ? words.registerNow : words.notOpenYet}</p>
        </>
      )}
      {state === "drawing" && <p className="note">{words.drawingCanJoin}</p>}
      {state === "paused" && <p className="note">{words.pausedCanJoin}</p>}
      {state === "sold-out" && <p className="note">{words.endSoldOut}</p>}
      {state === "closed" && <p className="note">{words.endClosed}</p>}
      <ProblemNote problem={mine.doing.problem} />
      {account === null ? (
        <SignInFirst />
      ) : (
        <button
          type="button"
          className="big"
          disabled={mine.doing.busy || !canJoin}
          onClick={mine.join}
          data-testid="join-line"
        >
          {mine.doing.busy ? words.joining : registers ? words.register : words.joinLine}
        </button>
      )}
    </div>
  );
}
