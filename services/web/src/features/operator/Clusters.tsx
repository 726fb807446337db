import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { seenBy } from "../../api/queries";
import type { AnswerOf } from "../../api/typed";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { dayAndClock } from "../../i18n/times";
import { Loading } from "../../ui/Loading";
import { useMyId } from "../session/session";

type Cluster = AnswerOf<"get", "/api/v1/coupon-events/{event_id}/winner-clusters">["items"][number];

const clustersOf = (accountId: number | null, eventId: string) =>
  queryOptions({
    queryKey: seenBy(accountId, "winner-clusters", eventId),
    queryFn: () => api.get("/api/v1/coupon-events/{event_id}/winner-clusters", { path: { event_id: eventId } }),
  });

/** Winners who signed in from one network or one device: for the operator to judge. */
export function Clusters({ eventId }: { eventId: string }) {
  const { words } = useWords();
  const { data, error, refetch } = useQuery(clustersOf(useMyId(), eventId));
  return (
    <section className="narrow-cards" aria-label={words.console.clusters}>
      <h2>{words.console.clusters}</h2>
      <p className="faint">{words.console.clustersLead}</p>
      {data === undefined ? (
        <Loading problem={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <p data-testid="clusters-known">
            {fill(words.console.clustersKnown, { issued: data.issued, known: data.known })}
          </p>
          {data.items.length === 0 && <p className="empty">{words.console.noClusters}</p>}
          {data.items.map((cluster) => (
            <ClusterCard key={`${cluster.kind} ${cluster.place}`} cluster={cluster} />
          ))}
        </>
      )}
    </section>
  );
}

function ClusterCard({ cluster }: { cluster: Cluster }) {
  const { language, words } = useWords();
  return (
    <details className="card" data-testid="cluster">
      <summary>
        <b>{fill(words.console.clusterOf[cluster.kind], { count: cluster.size })}</b> · <code>{cluster.place}</code>
      </summary>
      <ul className="codes">
        {cluster.winners.map((winner) => (
          <li key={winner.serial}>
            {fill(words.console.clusterWinner, {
              serial: winner.serial,
              account: winner.account_id,
              moment: dayAndClock(winner.account_made_at, language),
            })}
          </li>
        ))}
      </ul>
    </details>
  );
}
