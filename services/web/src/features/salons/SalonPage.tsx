import { useNavigate, useParams } from "react-router";
import { chat, salons } from "../../api/doors";
import type { Named, OpeningHours } from "../../api/types";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { useDoing, useLoad } from "../../ui/loading";
import { ProblemNote } from "../../ui/ProblemNote";
import { BookingForm } from "../bookings/BookingForm";
import { useSession } from "../session/Session";

export function SalonPage() {
  const { words } = useWords();
  const { id = "" } = useParams();
  const { data: salon, problem, reload } = useLoad(`salon ${id}`, () => salons.one(id));

  if (salon === null) {
    return problem ? <ProblemNote problem={problem} onRetry={reload} /> : <p className="faint">{words.loading}</p>;
  }
  return (
    <section className="with-side">
      <div>
        <span className="tag">{salon.region}</span>
        <h1>{salon.name}</h1>
        <p className="lead">{salon.summary}</p>
        <p className="faint">{salon.address}</p>
        <AskGroomers groomers={salon.groomers} />
        <OpenOn hours={salon.opening_hours} />
      </div>
      <BookingForm salon={salon} />
    </section>
  );
}

/** One button for each groomer: it opens the room, or goes to the one that there is. */
function AskGroomers({ groomers }: { groomers: Named[] }) {
  const { words } = useWords();
  const { account } = useSession();
  const navigate = useNavigate();
  const { busy, problem, run } = useDoing();

  const ask = (groomerId: number): void => {
    if (!account) return void navigate("/sign-in", { state: { from: location.pathname } });
    void run(async () => {
      const room = await chat.openRoom(groomerId);
      await navigate(`/rooms/${room.id}`, { state: { room } });
    });
  };
  return (
    <div className="row">
      {groomers.map((groomer) => (
        <button
          key={groomer.id}
          type="button"
          className="quiet"
          disabled={busy}
          onClick={() => ask(groomer.id)}
          data-testid="ask-groomer"
        >
          {fill(words.askGroomer, { name: groomer.name })}
        </button>
      ))}
      <ProblemNote problem={problem} />
    </div>
  );
}

function OpenOn({ hours }: { hours: OpeningHours[] }) {
  const { words } = useWords();
  return (
    <details className="hours">
      <summary>{words.openingHours}</summary>
      <dl>
        {hours.map(({ weekday, opens_at, closes_at }) => (
          <div key={`${weekday} ${opens_at}`}>
            <dt>{words.days[weekday]}</dt>
            <dd>
              {opens_at}–{closes_at}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
