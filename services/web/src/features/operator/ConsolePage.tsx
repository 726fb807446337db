import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { useWords } from "../../i18n/Language";
import { Loading } from "../../ui/Loading";
import { ProblemNote } from "../../ui/ProblemNote";
import { hasLine } from "../coupons/event-state";
import { eventOf } from "../coupons/queries";
import { useAccount } from "../session/session";
import { AuditLog } from "./AuditLog";
import { Clusters } from "./Clusters";
import { ConsoleActs } from "./ConsoleActs";
import { LiveNumbers } from "./LiveNumbers";
import { useConsole } from "./use-console";

/** The operator's console of one drop: what happens, what can be done about it, and what was done. */
export default function ConsolePage() {
  const { words } = useWords();
  const { id = "" } = useParams();
  const account = useAccount();
  const isOperator = account?.role === "operator";
  const { data: event, error, refetch } = useQuery({ ...eventOf(account?.id ?? null, id), enabled: isOperator });
  const live = useConsole(event && hasLine(event) ? id : null);

  if (!isOperator) return <p className="note">{words.console.operatorsOnly}</p>;
  if (event === undefined) return <Loading problem={error} onRetry={() => void refetch()} />;
  return (
    <section data-testid="console">
      <h1>{event.title}</h1>
      {event.rehearsal && <span className="tag rehearsal">{words.rehearsal}</span>}
      <p>
        <Link to={`/events/${id}`}>{words.console.asCustomers}</Link>
      </p>
      <ProblemNote problem={live.problem} />
      {hasLine(event) ? <LiveNumbers {...live} /> : <p className="note">{words.console.draft}</p>}
      {event.state === "published" && <ConsoleActs event={event} numbers={live.drop.newest} />}
      {event.state !== "draft" && <Clusters eventId={id} />}
      <AuditLog eventId={id} />
    </section>
  );
}
