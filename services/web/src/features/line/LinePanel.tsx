import { Link } from "react-router";
import type { Language } from "../../api/http";
import { fill } from "../../i18n/fill";
import type { Words } from "../../i18n/ko";
import { useWords } from "../../i18n/Language";
import { ProblemNote } from "../../ui/ProblemNote";
import { SureButton } from "../../ui/SureButton";
import type { LineView } from "./client";
import type { EtaBand, LineMessage } from "./documents";
import type { Line } from "./use-line";

/** My place, live, and how it ended. */
export function LinePanel({ mine, canJoinAgain }: { mine: Line; canJoinAgain: boolean }) {
  const { words } = useWords();
  const { view } = mine;
  if (view === null) return null;
  return (
    <div className={`card turn ${view.state ?? ""}`} data-testid="line-panel" data-state={view.state ?? ""}>
      {(view.state === null || view.state === "waiting") && view.connection !== "ended" && <Waiting view={view} />}
      {view.state === "registered" && view.connection !== "ended" && <Registered view={view} />}
      {view.state === "claimed" && (
        <p className="headline" role="status">
          {words.claimed}
        </p>
      )}
      <Ending view={view} />
      <ProblemNote problem={view.problem} />
      <ProblemNote problem={mine.problem} />
      {(view.state === "waiting" || view.state === "registered") && view.connection !== "ended" && (
        <SureButton
          label={words.leaveLine}
          question={words.leaveSure}
          yes={words.yesLeave}
          no={words.keep}
          disabled={mine.isBusy}
          onSure={mine.leave}
          testId="leave-line"
        />
      )}
      {canJoinAgain && (view.state === "left" || view.problem !== null) && (
        <button type="button" className="big" disabled={mine.isBusy} onClick={mine.join} data-testid="join-line">
          {words.joinAgain}
        </button>
      )}
    </div>
  );
}

/** In a lottery, before the order is drawn: nobody has a number. */
function Registered({ view }: { view: LineView }) {
  const { words } = useWords();
  return (
    <>
      <p className="headline" role="status" data-testid="registered">
        {view.lineState === "drawing" ? words.drawing : words.registered}
      </p>
      <p>{words.registeredMore}</p>
      {view.connection === "retrying" && (
        <p className="note" role="status">
          {words.reconnecting}
        </p>
      )}
    </>
  );
}

function Waiting({ view }: { view: LineView }) {
  const { language, words } = useWords();
  const message = textOf(view.message, language, words);
  return (
    <>
      <p>{words.ahead}</p>
      <p className="count">
        <strong data-testid="people-ahead">{view.ahead === null ? "…" : view.ahead.toLocaleString("ko-KR")}</strong>{" "}
        {view.ahead === 1 ? words.person : words.people}
      </p>
      {/* Read out when it settles, not digit by digit: a screen reader gets whole sentences. */}
      <p className="hidden" role="status" aria-live="polite" aria-atomic="true">
        {view.ahead !== null && fill(words.lineAnnounce, { count: spoken(view.ahead) })}
      </p>
      {view.place && <p className="faint">{fill(words.myNumber, { number: view.place.number })}</p>}
      {view.lineState !== "paused" && <p>{view.ahead === 0 ? words.nextUp : etaWords(view.eta, words)}</p>}
      {/* It stands there empty before: what is put into it later is read out. */}
      <p className={message === null ? "hidden" : "note"} aria-live="polite" data-testid="line-message">
        {message}
      </p>
      {view.lineState === "paused" && <p className="note">{words.linePaused}</p>}
      {view.connection === "retrying" && (
        <p className="note" role="status">
          {words.reconnecting}
        </p>
      )}
      <p className="faint">{words.keepOpen}</p>
    </>
  );
}

/** In the reader's language, or in the other one when nothing was said in it. */
function textOf(message: LineMessage | null, language: Language, words: Words): string | null {
  if (message === null) return null;
  return (
    message[language] || message.ko || message.en || (message.code === "issuing-delayed" ? words.issuingDelayed : null)
  );
}

function Ending({ view }: { view: LineView }) {
  const { words } = useWords();
  const reason = view.place?.reason ?? null;
  switch (view.state) {
    case "issued":
      return (
        <div role="status">
          <p className="headline">{words.couponYours}</p>
          <p>{words.couponSerial}</p>
          <p className="count">
            <strong data-testid="coupon-serial">{view.place?.coupon?.serial}</strong>
          </p>
          <p>{words.couponKept}</p>
          <Link className="button" to="/coupons">
            {words.myCoupons}
          </Link>
        </div>
      );
    case "sold-out":
      return <End title={words.endSoldOut} more={words.endSoldOutMore} />;
    case "closed":
      return <End title={words.endClosed} more={null} />;
    case "left":
      return <End title={words.endLeft} more={null} />;
    case "refused":
      return <End title={words.endRefused} more={reason && (words.refusalReason[reason] ?? reason)} />;
    default:
      return null;
  }
}

function End({ title, more }: { title: string; more: string | null }) {
  return (
    <div role="status" data-testid="line-ended">
      <p className="headline">{title}</p>
      {more && <p>{more}</p>}
    </div>
  );
}

/** Far away, a screen reader hears round numbers, so that it is not talking without a pause. */
function spoken(ahead: number): number {
  if (ahead <= 10) return ahead;
  return ahead <= 100 ? Math.ceil(ahead / 10) * 10 : Math.ceil(ahead / 100) * 100;
}

function etaWords(eta: EtaBand | null, words: Words): string {
  if (eta === null) return words.etaUnknown;
  const { low_seconds: low, high_seconds: high } = eta;
  if (high <= 60) return fill(words.etaSeconds, { low, high });
  if (high <= 90) return words.etaOneMinute;
  return fill(words.etaMinutes, { low: Math.max(1, Math.floor(low / 60)), high: Math.ceil(high / 60) });
}
