import { useEffect } from "react";
import { couponEvents } from "../../api/doors";
import { useWords } from "../../i18n/Language";
import { secondsClock } from "../../i18n/times";
import { usePages } from "../../ui/loading";
import { PageList } from "../../ui/PageList";

/** What operators did to this event, the newest first. `changes` counts what was done here meanwhile. */
export function AuditLog({ eventId, changes }: { eventId: string; changes: number }) {
  const { language, words } = useWords();
  const pages = usePages(`audit ${eventId}`, (cursor) => couponEvents.audit(eventId, cursor));
  const { reload } = pages;
  useEffect(() => {
    if (changes > 0) reload();
  }, [changes, reload]);
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
              {Object.entries(entry.facts).map(([field, [before, after]]) => (
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
