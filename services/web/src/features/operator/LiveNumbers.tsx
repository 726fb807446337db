import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import type { Numbers, Series } from "./numbers";
import { Plot } from "./Plot";
import type { Console } from "./use-console";

const PLOTS: Series[] = ["waiting", "streams", "joins_per_second", "issued_per_second", "stock_left"];

export function LiveNumbers({ drop, connection }: Console) {
  const { words } = useWords();
  const now = drop.newest;
  return (
    <section aria-label={words.console.live}>
      <p className="row" role="status">
        <span className={`dot ${connection === "live" ? "live" : "retrying"}`} />
        {words.console.connection[connection]}
      </p>
      {now && <Figures now={now} />}
      <div className="plots">
        {now &&
          PLOTS.map((name) => (
            <Plot key={name} title={words.console.numbers[name]} points={drop.points} series={name} />
          ))}
      </div>
      {now && <Refusals counts={now.refusals} />}
    </section>
  );
}

function Figures({ now }: { now: Numbers }) {
  const { words } = useWords();
  const names = words.console.numbers;
  const eta = now.eta && fill(words.console.seconds, { low: now.eta.low_seconds, high: now.eta.high_seconds });
  const figures: [string, string, string][] = [
    ["waiting", names.waiting, count(now.waiting)],
    ["streams", names.streams, `${count(now.streams)} / ${now.instances}`],
    ["joins", names.joins_per_second, count(now.joins_per_second)],
    ["issued-rate", names.issued_per_second, count(now.issued_per_second)],
    ["issued", names.issued, count(now.issued)],
    ["stock", names.stock_left, count(now.stock_left)],
    ["serving", names.serving, count(now.serving)],
    ["in-flight", names.in_flight, `${count(now.in_flight)} / ${count(now.window)}`],
    ["oldest", names.oldest_unanswered_ms, `${(now.oldest_unanswered_ms / 1000).toFixed(1)} s`],
    ["eta", names.eta, eta ?? "–"],
    ["eta-coverage", names.eta_coverage, share(now.eta_coverage)],
  ];
  return (
    <dl className="figures">
      <div>
        <dt>{names.state}</dt>
        <dd data-testid="live-state">{words.eventState[now.state]}</dd>
      </div>
      {figures.map(([id, name, value]) => (
        <div key={id}>
          <dt>{name}</dt>
          <dd data-testid={`live-${id}`}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Refusals({ counts }: { counts: Record<string, number> }) {
  const { words } = useWords();
  const codes = Object.entries(counts);
  return (
    <div className="card" data-testid="live-refusals">
      <h2>{words.console.refusals}</h2>
      {codes.length === 0 && <p className="faint">{words.console.noRefusals}</p>}
      <ul className="codes">
        {codes.map(([code, times]) => (
          <li key={code}>
            <code>{code}</code> {words.problemTitles[code]} <b>{count(times)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}

function share({ checked, inside }: Numbers["eta_coverage"]): string {
  return checked === 0 ? "–" : `${Math.round((100 * inside) / checked)} % (${count(inside)} / ${count(checked)})`;
}

function count(value: number | null): string {
  return value === null ? "–" : value.toLocaleString("ko-KR");
}
