import { useState } from "react";

interface Props {
  label: string;
  question: string;
  yes: string;
  no: string;
  disabled: boolean;
  onSure: () => void;
  testId?: string;
}

/** A button for what cannot be undone: it asks once, in place. */
export function SureButton({ label, question, yes, no, disabled, onSure, testId }: Props) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <button type="button" className="quiet" disabled={disabled} onClick={() => setAsking(true)} data-testid={testId}>
        {label}
      </button>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: two buttons and a question are no fieldset
    <div className="sure" role="group" aria-label={question}>
      <span>{question}</span>
      <button
        type="button"
        className="danger"
        disabled={disabled}
        data-testid={testId && `${testId}-yes`}
        onClick={() => {
          setAsking(false);
          onSure();
        }}
      >
        {yes}
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: the button that was pressed is gone, and this is the answer that does no harm */}
      <button type="button" className="quiet" autoFocus onClick={() => setAsking(false)}>
        {no}
      </button>
    </div>
  );
}
