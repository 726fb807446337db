import type { ChatMessage } from "../../api/types";
import type { Day } from "../../i18n/day";
import { useWords } from "../../i18n/Language";
import { clockSeenOn } from "../../i18n/times";
import { ProblemNote } from "../../ui/ProblemNote";
import type { Pending } from "./conversation/room-log";

interface MessageProps {
  message: ChatMessage;
  isMine: boolean;
  today: Day;
}

export function MessageRow({ message, isMine, today }: MessageProps) {
  const { language, words } = useWords();
  return (
    <li className={isMine ? "mine" : ""} data-testid="chat-message" data-cursor={message.cursor}>
      {isMine && <span className="hidden">{words.me}</span>}
      <p className="bubble">{message.text}</p>
      <small>
        {clockSeenOn(today, message.sent_at, language)}
        {isMine && (
          <span role="img" aria-label={words.sent}>
            {" "}
            ✓
          </span>
        )}
      </small>
    </li>
  );
}

interface PendingProps {
  pending: Pending;
  onRetry: () => void;
  onDiscard: () => void;
}

export function PendingRow({ pending, onRetry, onDiscard }: PendingProps) {
  const { words } = useWords();
  return (
    <li className="mine pending" data-testid="chat-pending">
      <p className="bubble">{pending.text}</p>
      {pending.problem === null ? (
        <small>{words.sending} …</small>
      ) : (
        <>
          <ProblemNote problem={pending.problem} />
          <small>
            {words.notSent}{" "}
            <button type="button" className="link" onClick={onRetry}>
              {words.retry}
            </button>{" "}
            <button type="button" className="link" onClick={onDiscard}>
              {words.discard}
            </button>
          </small>
        </>
      )}
    </li>
  );
}
