import { useMutation, useQueryClient } from "@tanstack/react-query";
import { usePages } from "../../api/queries";
import type { Booking } from "../../api/types";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { clock, dayAndClock } from "../../i18n/times";
import { MINUTE_MS, useNow } from "../../ui/now";
import { PageList } from "../../ui/PageList";
import { ProblemNote } from "../../ui/ProblemNote";
import { SureButton } from "../../ui/SureButton";
import { useMyId } from "../session/session";
import { cancel, FREE_SLOTS, myBookings } from "./queries";

export function BookingsPage() {
  const { words } = useWords();
  const { queryKey, read } = myBookings(useMyId());
  const pages = usePages(queryKey, read);
  const now = useNow(MINUTE_MS);
  return (
    <section className="narrow">
      <h1>{words.myBookings}</h1>
      <PageList
        pages={pages}
        empty={words.noBookings}
        show={(booking) => <BookingCard booking={booking} now={now} />}
      />
    </section>
  );
}

function BookingCard({ booking, now }: { booking: Booking; now: number }) {
  const { language, words } = useWords();
  const queries = useQueryClient();
  const mine = myBookings(useMyId()).queryKey;
  const cancelling = useMutation({
    mutationFn: () => cancel(booking.id),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: [FREE_SLOTS] });
      return queries.invalidateQueries({ queryKey: mine });
    },
  });
  const isAhead = booking.status === "confirmed" && Date.parse(booking.starts_at) > now;
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
      <ProblemNote problem={cancelling.error} />
      {isAhead && (
        <SureButton
          label={words.cancelBooking}
          question={words.cancelSure}
          yes={words.yesCancel}
          no={words.keep}
          disabled={cancelling.isPending}
          onSure={() => cancelling.mutate()}
          testId="cancel-booking"
        />
      )}
    </article>
  );
}
