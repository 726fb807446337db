import { usePages } from "../../api/queries";
import type { AuditEntry } from "../../api/types";
import { useWords } from "../../i18n/Language";
import { secondsClock } from "../../i18n/times";
import { PageList } from "../../ui/PageList";
import { auditOf } from "../coupons/queries";
import { useMyId } from "../session/session";

/** What operators did to this event, the newest first. */
export function AuditLog({ eventId }: { eventId: string }) {
  const { language, words } = useWords();
  const { queryKey, read } = auditOf(useMyId(), eventId);
  const pages = usePages(queryKey, read);
  return (
    <section className="narrow-cards" aria-label={words.console.audit}>
      <h2>{words.console.audit}</h2>
      <PageList
        pages={pages}
        empty={words.console.noAudit}
        show={(entry) => (
          <article className="card" data-testid="audit-entry">
            <b>{words.console.done[entry.act] ?? entry.act}</b> · {entry.operator.name} ·{" "}
            <time dateTime={entry.acted_at}>{secondsClock(entry.acted_at, language)}</time>
            <ul className="codes">
              {Object.entries(factsOf(entry)).map(([field, [before, after]]) => (
                <li key={field}>
                  <code>{field}</code> {shown(before)} → {shown(after)}
                </li>
              ))}
            </ul>
            <p className="faint">
              {entry.revision_before} → {entry.revision_after} · <code>{entry.trace_id}</code>
            </p>
          </article>
        )}
      />
    </section>
  );
}

function shown(value: unknown): string {
  return value === null || value === "" ? "–" : String(value);
}

/** [before, after] of each field that changed; the document leaves open which values there are. */
function factsOf(entry: AuditEntry): Record<string, [unknown, unknown]> {
  return entry.facts as Record<string, [unknown, unknown]>;
}
