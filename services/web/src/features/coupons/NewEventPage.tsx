import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { useWords } from "../../i18n/Language";
import { koreanLocal, koreanMoment } from "../../i18n/times";
import { ProblemNote } from "../../ui/ProblemNote";
import { createEvent } from "./queries";

const HOUR_MS = 3_600_000;

export default function NewEventPage() {
  const { words } = useWords();
  const navigate = useNavigate();
  const [openedAt] = useState(Date.now);
  const creating = useMutation({
    mutationFn: (form: FormData) => createEvent(eventIn(form)),
    onSuccess: (event) => navigate(`/events/${event.id}`),
  });

  const create = (submitted: FormEvent<HTMLFormElement>): void => {
    submitted.preventDefault();
    creating.mutate(new FormData(submitted.currentTarget));
  };
  return (
    <section className="narrow">
      <h1>{words.newEvent}</h1>
      <form onSubmit={create} className="card form">
        <label>
          {words.eventTitle}
          <input name="title" required maxLength={100} />
        </label>
        <label>
          {words.eventQuantity}
          <input name="quantity" type="number" required min={1} defaultValue={100} />
        </label>
        <label>
          {words.eventDiscount}
          <input name="discount_won" type="number" required min={1} step={1} defaultValue={10000} />
        </label>
        <label>
          {words.eventOpensAt}
          <input
            name="opens_at"
            type="datetime-local"
            required
            defaultValue={koreanLocal(new Date(openedAt + HOUR_MS))}
          />
        </label>
        <label>
          {words.eventClosesAt}
          <input
            name="closes_at"
            type="datetime-local"
            required
            defaultValue={koreanLocal(new Date(openedAt + 3 * HOUR_MS))}
          />
        </label>
        <label>
          {words.eventLineOrder}
          <select name="line_order" defaultValue="fifo">
            <option value="fifo">{words.lineOrder.fifo}</option>
            <option value="lottery">{words.lineOrder.lottery}</option>
          </select>
        </label>
        <label>
          {words.eventMaxWaiting}
          <input name="max_waiting" type="number" min={1} />
        </label>
        <label>
          {words.eventAccountBefore}
          <input name="needs_account_before" type="datetime-local" />
        </label>
        <label className="check">
          <input name="needs_confirmed_email" type="checkbox" /> {words.eventConfirmedEmail}
        </label>
        <label className="check">
          <input name="needs_dog" type="checkbox" /> {words.eventDog}
        </label>
        <label className="check">
          <input name="rehearsal" type="checkbox" data-testid="rehearsal" /> {words.eventRehearsal}
        </label>
        <ProblemNote problem={creating.error} />
        <button type="submit" disabled={creating.isPending} data-testid="create-event">
          {words.create}
        </button>
      </form>
    </section>
  );
}

function eventIn(form: FormData): Parameters<typeof createEvent>[0] {
  const text = (field: string): string => String(form.get(field));
  const most = text("max_waiting");
  const before = text("needs_account_before");
  return {
    title: text("title"),
    quantity: Number(text("quantity")),
    discount_won: Number(text("discount_won")),
    opens_at: koreanMoment(text("opens_at")),
    closes_at: koreanMoment(text("closes_at")),
    line_order: text("line_order") === "lottery" ? "lottery" : "fifo",
    needs_confirmed_email: form.get("needs_confirmed_email") === "on",
    needs_account_before: before === "" ? null : koreanMoment(before),
    needs_dog: form.get("needs_dog") === "on",
    rehearsal: form.get("rehearsal") === "on",
    ...(most !== "" && { max_waiting: Number(most) }),
  };
}
