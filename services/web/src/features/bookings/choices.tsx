/** The questions of the booking form, one component each. */

import type { DogSize, Salon } from "../../api/types";
import { type Day, daysFrom, useToday } from "../../i18n/day";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { clock, dayOfMonth, weekday } from "../../i18n/times";
import { Choice } from "../../ui/Choice";
import { DOG_SIZES, type Wish } from "./queries";

const DAYS_SHOWN = 14;

interface TreatmentProps {
  salon: Salon;
  wish: Wish;
  onChoose: (id: number) => void;
}

export function TreatmentChoice({ salon, wish: { treatmentId, size }, onChoose }: TreatmentProps) {
  const { words } = useWords();
  const options = salon.treatments.map(({ id, name, prices, minutes }) => ({
    value: id,
    label: name,
    note: `${fill(words.won, { amount: prices[size] })} · ${fill(words.minutes, { count: minutes[size] })}`,
  }));
  return <Choice label={words.treatment} options={options} chosen={treatmentId} onChoose={onChoose} stacked />;
}

export function SizeChoice({ size, onChoose }: { size: DogSize; onChoose: (size: DogSize) => void }) {
  const { words } = useWords();
  const options = DOG_SIZES.map((value) => ({ value, label: words.dogSizes[value] }));
  return <Choice label={words.dogSize} options={options} chosen={size} onChoose={onChoose} />;
}

interface GroomerProps {
  groomers: Salon["groomers"];
  chosen: number;
  onChoose: (id: number) => void;
}

export function GroomerChoice({ groomers, chosen, onChoose }: GroomerProps) {
  const { words } = useWords();
  const options = groomers.map(({ id, name }) => ({ value: id, label: name }));
  return <Choice label={words.groomer} options={options} chosen={chosen} onChoose={onChoose} />;
}

export function DayChoice({ chosen, onChoose }: { chosen: Day; onChoose: (day: Day) => void }) {
  const { language, words } = useWords();
  const today = useToday();
  const names = [words.today, words.tomorrow];
  const options = daysFrom(today, DAYS_SHOWN).map((day, index) => ({
    value: day,
    label: dayOfMonth(day),
    note: names[index] ?? weekday(day, language),
  }));
  return <Choice label={words.day} options={options} chosen={chosen} onChoose={onChoose} scrolling testId="day" />;
}

interface TimeProps {
  slots: readonly { starts_at: string }[] | null;
  isLoading: boolean;
  chosen: string | null;
  onChoose: (startsAt: string) => void;
}

export function TimeChoice({ slots, isLoading, chosen, onChoose }: TimeProps) {
  const { language, words } = useWords();
  if (slots === null) return isLoading ? <p className="faint">{words.loading}</p> : null;
  if (slots.length === 0) return <p className="empty">{words.noSlots}</p>;
  const options = slots.map(({ starts_at }) => ({ value: starts_at, label: clock(starts_at, language) }));
  return <Choice label={words.freeTimes} options={options} chosen={chosen} onChoose={onChoose} testId="slot" />;
}
