import { useId } from "react";

interface Option<T> {
  value: T;
  label: string;
  note?: string;
}

interface Props<T> {
  label: string;
  options: readonly Option<T>[];
  chosen: T | null;
  onChoose: (value: T) => void;
  /** One below the other, with the note at the end of the line. */
  stacked?: boolean;
  /** One line that scrolls sideways. */
  scrolling?: boolean;
  testId?: string;
}

/** One of a few: real radio buttons (arrow keys, screen readers) that look like tiles. */
export function Choice<T extends string | number>({
  label,
  options,
  chosen,
  onChoose,
  stacked,
  scrolling,
  testId,
}: Props<T>) {
  const name = useId();
  return (
    <fieldset className={`choice${stacked ? " stacked" : ""}${scrolling ? " scrolling" : ""}`}>
      <legend>{label}</legend>
      <div className="options">
        {options.map((option) => (
          <label key={option.value} data-testid={testId}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === chosen}
              onChange={() => onChoose(option.value)}
            />
            <span className="tile">
              <span>{option.label}</span>
              {option.note && <small>{option.note}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
