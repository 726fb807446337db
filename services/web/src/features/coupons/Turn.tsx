import { useWords } from "../../i18n/Language";
import { Countdown } from "../../ui/Countdown";
import { ProblemNote } from "../../ui/ProblemNote";
import { LinePanel } from "../line/LinePanel";
import type { Line } from "../line/use-line";
import { SignInFirst } from "../session/SignedInOnly";
import { useAccount } from "../session/session";
import type { EventNow } from "./event-state";

interface Props {
  current: EventNow;
  isLottery: boolean;
  now: number;
  mine: Line;
}

/** What I can do about it: wait for the opening, sign in, join, or watch my place. */
export function Turn({ current: { state, opensAt }, isLottery, now, mine }: Props) {
  const { words } = useWords();
  const account = useAccount();
  if (account === undefined) return null;
  const registers = isLottery && state === "not-open";
  const canJoin = registers || state === "drawing" || state === "open" || state === "paused";
  if (mine.view !== null) return <LinePanel mine={mine} canJoinAgain={canJoin} />;

  const joinLabel = registers ? words.register : words.joinLine;
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
      <ProblemNote problem={mine.problem} />
      {account === null ? (
        <SignInFirst />
      ) : (
        <button
          type="button"
          className="big"
          disabled={mine.isBusy || !canJoin}
          onClick={mine.join}
          data-testid="join-line"
        >
          {mine.isBusy ? words.joining : joinLabel}
        </button>
      )}
    </div>
  );
}
