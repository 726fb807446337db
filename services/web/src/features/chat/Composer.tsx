import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useWords } from "../../i18n/Language";
import { MAX_TEXT_LENGTH } from "./conversation/frames";

/** Enter sends, Shift+Enter makes a new line; Enter that only ends a Korean syllable does neither. */
export function Composer({ disabled, onSend }: { disabled: boolean; onSend: (text: string) => void }) {
  const { words } = useWords();
  const [text, setText] = useState("");

  const submit = (event: FormEvent | KeyboardEvent): void => {
    event.preventDefault();
    const trimmed = text.trim();
    if (trimmed === "" || disabled) return;
    onSend(trimmed);
    setText("");
  };
  return (
    <form className="composer" onSubmit={submit}>
      <textarea
        aria-label={words.message}
        placeholder={words.messagePlaceholder}
        rows={1}
        maxLength={MAX_TEXT_LENGTH}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
        }}
        data-testid="chat-input"
      />
      <button type="submit" disabled={disabled || text.trim() === ""} data-testid="chat-send">
        {words.send}
      </button>
    </form>
  );
}
