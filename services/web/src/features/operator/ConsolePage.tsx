import { useState } from "react";
import { Link, useParams } from "react-router";
import { couponEvents } from "../../api/doors";
import { useWords } from "../../i18n/Language";
import { useLoad } from "../../ui/loading";
import { ProblemNote } from "../../ui/ProblemNote";
import { useSession } from "../session/Session";
import { AuditLog } from "./AuditLog";
import { ConsoleActs } from "./ConsoleActs";
import { LiveNumbers } from "./LiveNumbers";
import { useConsole } from "./use-console";

/** The operator's console of one drop: what happens, what can be done about it, and what was done. */
export function ConsolePage() {
  const { words } = useWords();
  const { account } = useSession();
  const { id = "" } = useParams();
  const isOperator = account?.role === "operator";
  const event = useLoad(isOperator ? `event ${id} operator` : null, () => couponEvents.one(id));
  const live = useConsole(event.data && event.data.state !== "draft" ? id : null);
  const [changes, setChanges] = useState(0);

  if (!isOperator) return <p className="note">{words.console.operatorsOnly}</p>;
  if (event.data === null) {
    return event.problem ? (
      <ProblemNote problem={event.problem} onRetry={event.reload} />
    ) : (
      <p className="faint">{words.loading}</p>
    );
  }
  return (
    <section data-testid="console">
      <h1>{event.data.title}</h1>
      {event.data.rehearsal && <span className="tag rehearsal">{words.rehearsal}</span>}
      <p>
        <Link to={`/events/${id}`}>{words.console.asCustomers}</Link>
      </p>
      {event.data.state === "draft" && <p className="note">{words.console.draft}</p>}
      <ProblemNote problem={live.problem} />
      {event.data.state !== "draft" && <LiveNumbers {...live} />}
      {event.data.state === "published" && (
        <ConsoleActs
          event={event.data}
          now={live.drop.newest}
          onDone={(changed) => {
            event.setData(changed);
            setChanges((n) => n + 1);
          }}
        />
      )}
      <AuditLog eventId={id} changes={changes} />
    </section>
  );
}
