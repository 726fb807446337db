import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { Loading } from "../../ui/Loading";
import { useNow } from "../../ui/now";
import { useLine } from "../line/use-line";
import { useLineStatus } from "../line/use-line-status";
import { useAccount } from "../session/session";
import { EventHead } from "./EventHead";
import { eventNow, hasLine, isOver } from "./event-state";
import { LotteryNote } from "./LotteryNote";
import { OperatorActs } from "./OperatorActs";
import { eventOf } from "./queries";
import { Turn } from "./Turn";

/** Operators act on it from several places, and see it change. */
const OPERATORS_ASK_EVERY_MS = 5_000;

export function EventPage() {
  const { id = "" } = useParams();
  const account = useAccount();
  const isOperator = account?.role === "operator";
  const now = useNow();
  const {
    data: event,
    error,
    refetch,
  } = useQuery({
    ...eventOf(account?.id ?? null, id),
    enabled: account !== undefined,
    refetchInterval: ({ state: { data } }) =>
      isOperator && data !== undefined && !isOver(eventNow(data, null, Date.now()).state) && OPERATORS_ASK_EVERY_MS,
  });
  const mine = useLine(id, account && !isOperator ? account.id : null);
  const isFollowing = mine.view !== null && mine.view.connection !== "ended";
  const status = useLineStatus(id, { isWanted: event !== undefined && hasLine(event) && !isFollowing });

  if (event === undefined) return <Loading problem={error} onRetry={() => void refetch()} />;
  const current = eventNow(event, status, now);
  return (
    <section className="narrow">
      <EventHead event={event} current={current} status={status} view={mine.view} />
      {event.line_order === "lottery" && <LotteryNote event={event} accountId={account?.id ?? null} />}
      {isOperator ? (
        <OperatorActs event={event} now={now} />
      ) : (
        <Turn current={current} isLottery={event.line_order === "lottery"} now={now} mine={mine} />
      )}
    </section>
  );
}
