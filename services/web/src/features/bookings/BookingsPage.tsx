import { bookings } from "../../api/doors";
import type { Booking } from "../../api/types";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { clock, dayAndClock } from "../../i18n/times";
import { useDoing, usePages } from "../../ui/loading";
import { PageList } from "../../ui/PageList";
import { ProblemNote } from "../../ui/ProblemNote";
import { SureButton } from "../../ui/SureButton";

export function BookingsPage() {
  const { words } = useWords();
  const pages = usePages("bookings", bookings.list);
  return (
    <section className="narrow">
      <h1>{words.myBookings}</h1>
      <PageList
        pages={pages}
        empty={words.noBookings}
        show={(booking) => <BookingCard booking={booking} onChange={pages.replace} />}
      />
    </section>
  );
}

function BookingCard({ booking, onChange }: { booking: Booking; onChange: (booking: Booking) => void }) {
  const { language, words } = useWords();
  const { busy, problem, run } = useDoing();
  const isAhead = booking.status === "confirmed" && Date.parse(booking.starts_at) > Date.now();
  return (
    <article className="card" data-testid="booking">
      <span className={`tag ${booking.status}`}>{words.bookingStatus[booking.status] ?? booking.status}</span>
      <h2>{booking.salon.name}</h2>
      <p>
        {dayAndClock(booking.starts_at, language)}–{clock(booking.ends_at, language)}
      </p>
      <p className="faint">
        {booking.treatment.name} · {booking.groomer.name} · {fill(words.won, { amount: booking.price })}
      </p>
      <ProblemNote problem={problem} />
      {isAhead && (
        <SureButton
          label={words.cancelBooking}
          question={words.cancelSure}
          yes={words.yesCancel}
          no={words.keep}
          disabled={busy}
          onSure={() => void run(async () => onChange(await bookings.cancel(booking.id)))}
          testId="cancel-booking"
        />
      )}
    </article>
  );
}
