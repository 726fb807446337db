import { Link } from "react-router";
import { usePages } from "../../api/queries";
import type { CouponEvent } from "../../api/types";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { dayAndClock } from "../../i18n/times";
import { Countdown } from "../../ui/Countdown";
import { useNow } from "../../ui/now";
import { PageList } from "../../ui/PageList";
import { useAccount } from "../session/session";
import { eventNow } from "./event-state";
import { eventList } from "./queries";

/** An event that has come to its end, or was opened early, does not stay as it was for ever. */
const ASK_EVERY_MS = 60_000;

export function EventsPage() {
  const { words } = useWords();
  const account = useAccount();
  const { queryKey, read } = eventList(account?.id ?? null);
  const pages = usePages(queryKey, read, { enabled: account !== undefined, refetchInterval: ASK_EVERY_MS });
  const now = useNow();
  return (
    <section>
      <h1>{words.events}</h1>
      <p className="lead">{words.eventsLead}</p>
      <div className="row">
        {account && (
          <Link className="button quiet" to="/coupons">
            {words.myCoupons}
          </Link>
        )}
        {account?.role === "operator" && (
          <Link className="button" to="/events/new" data-testid="new-event">
            {words.newEvent}
          </Link>
        )}
      </div>
      <PageList pages={pages} empty={words.noEvents} show={(event) => <EventCard event={event} now={now} />} />
    </section>
  );
}

function EventCard({ event, now }: { event: CouponEvent; now: number }) {
  const { language, words } = useWords();
  const { state } = eventNow(event, null, now);
  return (
    <Link className="card tappable ticket" to={`/events/${event.id}`} data-testid="event-card">
      <span className={`tag ${state}`}>{words.eventState[state]}</span>
      {event.rehearsal && <span className="tag rehearsal">{words.rehearsal}</span>}
      <h2>{event.title}</h2>
      <p className="amount">{fill(words.discount, { amount: event.discount_won })}</p>
      <p className="faint">
        {fill(words.quantity, { count: event.quantity })} ·{" "}
        {state === "not-open"
          ? fill(words.opensAt, { time: dayAndClock(event.opens_at, language) })
          : fill(words.closesAt, { time: dayAndClock(event.closes_at, language) })}
      </p>
      {state === "not-open" && (
        <p>
          {words.opensIn} <Countdown until={event.opens_at} now={now} />
        </p>
      )}
    </Link>
  );
}
