import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { Booking, DogSize, Salon } from "../../api/types";
import { type Day, useToday } from "../../i18n/day";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { dayAndClock } from "../../i18n/times";
import { MINUTE_MS, useNow } from "../../ui/now";
import { ProblemNote } from "../../ui/ProblemNote";
import { SignInFirst } from "../session/SignedInOnly";
import { useAccount } from "../session/session";
import { DayChoice, GroomerChoice, SizeChoice, TimeChoice, TreatmentChoice } from "./choices";
import { book, FREE_SLOTS, freeSlots, myBookings, type Wish } from "./queries";

/** Treatment, size, groomer, day, time: each choice narrows the next, and the price is always in sight. */
export function BookingForm({ salon }: { salon: Salon }) {
  const { words } = useWords();
  const account = useAccount();
  const { wish, change } = useWish(salon);
  const { slots, startsAt, choose } = useFreeTime(wish);
  const booking = useBooking();

  const narrow = (part: Partial<Wish>): void => {
    change(part);
    choose(null);
    booking.reset();
  };
  const price = salon.treatments.find(({ id }) => id === wish.treatmentId)?.prices[wish.size];
  return (
    <section className="card form" aria-label={words.book}>
      <TreatmentChoice salon={salon} wish={wish} onChoose={(treatmentId) => narrow({ treatmentId })} />
      <SizeChoice size={wish.size} onChoose={(size) => narrow({ size })} />
      <GroomerChoice
        groomers={salon.groomers}
        chosen={wish.groomerId}
        onChoose={(groomerId) => narrow({ groomerId })}
      />
      <DayChoice chosen={wish.day} onChoose={(day) => narrow({ day })} />
      <ProblemNote problem={slots.error} onRetry={() => void slots.refetch()} />
      <TimeChoice
        slots={slots.times}
        isLoading={slots.isLoading}
        chosen={startsAt}
        onChoose={(time) => {
          choose(time);
          booking.reset();
        }}
      />
      {booking.error?.code === "slot-taken" && <p className="note">{words.slotTaken}</p>}
      <ProblemNote problem={booking.error} />
      {booking.data && <Confirmed booking={booking.data} />}
      {account === null ? (
        <SignInFirst />
      ) : (
        <BookButton
          startsAt={startsAt}
          price={price}
          isBusy={booking.isPending}
          isReady={account !== undefined}
          onBook={(starts_at) =>
            booking.mutate({
              groomer_id: wish.groomerId,
              treatment_id: wish.treatmentId,
              dog_size: wish.size,
              starts_at,
            })
          }
        />
      )}
    </section>
  );
}

/** What is looked for. A day that has passed meanwhile is today. */
function useWish(salon: Salon): { wish: Wish; change: (part: Partial<Wish>) => void } {
  const today = useToday();
  const [chosen, setChosen] = useState<Omit<Wish, "day"> & { day: Day | null }>({
    treatmentId: salon.treatments[0]?.id ?? 0,
    groomerId: salon.groomers[0]?.id ?? 0,
    size: "small" satisfies DogSize,
    day: null,
  });
  const day = chosen.day !== null && chosen.day > today ? chosen.day : today;
  return { wish: { ...chosen, day }, change: (part) => setChosen((last) => ({ ...last, ...part })) };
}

/** The times that are free now, and the one that was chosen for as long as it is one of them. */
function useFreeTime(wish: Wish) {
  const now = useNow(MINUTE_MS);
  const [chosen, choose] = useState<string | null>(null);
  const { data, error, isLoading, refetch } = useQuery({ ...freeSlots(wish), enabled: wish.treatmentId !== 0 });
  const times = data?.items.filter(({ starts_at }) => Date.parse(starts_at) > now) ?? null;
  const startsAt = times?.find(({ starts_at }) => starts_at === chosen)?.starts_at ?? null;
  return { slots: { times, error, isLoading, refetch }, startsAt, choose };
}

function useBooking() {
  const queries = useQueryClient();
  const account = useAccount();
  return useMutation({
    mutationFn: book,
    // Booked by me or, a moment ago, by somebody else.
    onSettled: () => queries.invalidateQueries({ queryKey: [FREE_SLOTS] }),
    onSuccess: () => queries.invalidateQueries({ queryKey: myBookings(account?.id ?? null).queryKey }),
  });
}

interface ButtonProps {
  startsAt: string | null;
  price: number | undefined;
  isBusy: boolean;
  isReady: boolean;
  onBook: (startsAt: string) => void;
}

function BookButton({ startsAt, price, isBusy, isReady, onBook }: ButtonProps) {
  const { language, words } = useWords();
  const label =
    startsAt === null
      ? words.chooseTime
      : `${dayAndClock(startsAt, language)} · ${fill(words.won, { amount: price })} ${words.book}`;
  return (
    <button
      type="button"
      disabled={isBusy || !isReady || startsAt === null}
      onClick={() => startsAt !== null && onBook(startsAt)}
      data-testid="book-submit"
    >
      {isBusy ? words.booking : label}
    </button>
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
