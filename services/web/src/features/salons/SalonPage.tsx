import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import type { Salon } from "../../api/types";
import { useWords } from "../../i18n/Language";
import { Loading } from "../../ui/Loading";
import { BookingForm } from "../bookings/BookingForm";
import { AskGroomers } from "../chat/AskGroomers";
import { salonOf } from "./queries";

export function SalonPage() {
  const { id = "" } = useParams();
  const { data: salon, error, refetch } = useQuery(salonOf(Number(id)));

  if (salon === undefined) return <Loading problem={error} onRetry={() => void refetch()} />;
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

function OpenOn({ hours }: { hours: Salon["opening_hours"] }) {
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
