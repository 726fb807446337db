import { useMemo, useState } from "react";
import { Link } from "react-router";
import { bookings, salons } from "../../api/doors";
import { type Booking, DOG_SIZES, type DogSize, type Salon } from "../../api/types";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { clock, dayAndClock, nextDays } from "../../i18n/times";
import { Choice } from "../../ui/Choice";
import { useDoing, useLoad } from "../../ui/loading";
import { ProblemNote } from "../../ui/ProblemNote";
import { useSession } from "../session/Session";
import { SignInFirst } from "../session/SignedInOnly";

const DAYS_SHOWN = 14;

/** Treatment, size, groomer, day, time: each choice narrows the next, and the price is always in sight. */
export function BookingForm({ salon }: { salon: Salon }) {
  const { language, words } = useWords();
  const { account } = useSession();
  const days = useMemo(() => nextDays(DAYS_SHOWN, new Date(), language), [language]);
  const [treatmentId, setTreatmentId] = useState(salon.treatments[0]?.id ?? 0);
  const [size, setSize] = useState<DogSize>("small");
  const [groomerId, setGroomerId] = useState(salon.groomers[0]?.id ?? 0);
  const [date, setDate] = useState(days[0]?.date ?? "");
  const [startsAt, setStartsAt] = useState<string | null>(null);
  const [booked, setBooked] = useState<Booking | null>(null);
  const { busy, problem, run } = useDoing();

  const treatment = salon.treatments.find(({ id }) => id === treatmentId);
  const price = treatment?.prices[size];
  const wish = `${groomerId} ${treatmentId} ${size} ${date}`;
  const slots = useLoad(treatment && price !== undefined ? wish : null, () =>
    salons.slots(groomerId, treatmentId, size, date),
  );
  const choose =
    <T,>(set: (value: T) => void) =>
    (value: T): void => {
      set(value);
      setStartsAt(null);
      setBooked(null);
    };

  const book = (): void => {
    if (startsAt === null) return;
    void run(async () =>
      setBooked(
        await bookings.book({ groomer_id: groomerId, treatment_id: treatmentId, dog_size: size, starts_at: startsAt }),
      ),
    ).then(() => {
      setStartsAt(null);
      slots.reload();
    });
  };

  return (
    <div className="card form" aria-label={words.book}>
      <Choice
        label={words.treatment}
        options={salon.treatments.map(({ id, name, prices, minutes }) => ({
          value: id,
          label: name,
          note: [
            prices[size] === undefined ? words.notOffered : fill(words.won, { amount: prices[size] }),
            minutes[size] === undefined ? "" : fill(words.minutes, { count: minutes[size] }),
          ]
            .filter(Boolean)
            .join(" · "),
        }))}
        chosen={treatmentId}
        onChoose={choose(setTreatmentId)}
        stacked
      />
      <Choice
        label={words.dogSize}
        options={DOG_SIZES.map((value) => ({ value, label: words[value] }))}
        chosen={size}
        onChoose={choose(setSize)}
      />
      <Choice
        label={words.groomer}
        options={salon.groomers.map(({ id, name }) => ({ value: id, label: name }))}
        chosen={groomerId}
        onChoose={choose(setGroomerId)}
      />
      <Choice
        label={words.day}
        options={days.map((day, index) => ({
          value: day.date,
          label: day.dayOfMonth,
          note: index === 0 ? words.today : day.weekday,
        }))}
        chosen={date}
        onChoose={choose(setDate)}
        scrolling
      />
      <ProblemNote problem={slots.problem} onRetry={slots.reload} />
      {price === undefined ? (
        <p className="empty">{words.notOffered}</p>
      ) : slots.data === null ? (
        !slots.problem && <p className="faint">{words.loading}</p>
      ) : slots.data.items.length === 0 ? (
        <p className="empty">{words.noSlots}</p>
      ) : (
        <Choice
          label={words.freeTimes}
          options={slots.data.items.map((slot) => ({
            value: slot.starts_at,
            label: clock(slot.starts_at, language),
          }))}
          chosen={startsAt}
          onChoose={(time) => {
            setStartsAt(time);
            setBooked(null);
          }}
          testId="slot"
        />
      )}
      {problem?.code === "slot-taken" && <p className="note">{words.slotTaken}</p>}
      <ProblemNote problem={problem} />
      {booked && <Confirmed booking={booked} />}
      {account === null ? (
        <SignInFirst />
      ) : (
        <button type="button" disabled={busy || startsAt === null} onClick={book} data-testid="book-submit">
          {busy
            ? words.booking
            : startsAt === null
              ? words.chooseTime
              : `${dayAndClock(startsAt, language)} · ${fill(words.won, { amount: price })} ${words.book}`}
        </button>
      )}
    </div>
  );
}

function Confirmed({ booking }: { booking: Booking }) {
  const { language, words } = useWords();
  return (
    <div className="note good" role="status" data-testid="booking-confirmed">
      <strong>{words.bookingConfirmed}</strong>
      <p>
        {dayAndClock(booking.starts_at, language)} · {fill(words.won, { amount: booking.price })}
      </p>
      <Link to="/bookings">{words.seeBookings}</Link>
    </div>
  );
}
