import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { useToday } from "../../i18n/day";
import { useWords } from "../../i18n/Language";
import type { Connection } from "../../streams/living-stream";
import { ProblemNote } from "../../ui/ProblemNote";
import { useMyId } from "../session/session";
import { Composer } from "./Composer";
import type { ChatClient } from "./conversation/client";
import type { RoomView } from "./conversation/room-log";
import { MessageRow, PendingRow } from "./Messages";
import { roomOf } from "./queries";
import { useConversation } from "./use-conversation";
import { useStaysAtEnd } from "./use-stays-at-end";

/** A conversation: history that pages back, live messages, and what I wrote on its way. */
export function RoomPage() {
  const { words } = useWords();
  const { id = "" } = useParams();
  const { client, view, problem, connection } = useConversation(id);

  return (
    <section className="room">
      <RoomHead roomId={id} connection={connection} />
      <Conversation roomId={id} client={client} view={view} isLoading={view === null && problem === null} />
      {connection === "retrying" && (
        <p className="note" role="status">
          {words.chatRetrying}
        </p>
      )}
      <ProblemNote problem={problem} />
      <Composer disabled={view === null || connection === "ended"} onSend={(text) => client?.send(id, text)} />
    </section>
  );
}

function RoomHead({ roomId, connection }: { roomId: string; connection: Connection }) {
  const { words } = useWords();
  const { data: room } = useQuery(roomOf(useMyId(), roomId));
  return (
    <header className="room-head">
      <Link to="/rooms" aria-label={words.back} className="plain">
        ←
      </Link>
      <div>
        <h1>{room?.other.name ?? words.chat}</h1>
        <p className="faint">{room?.salon_name}</p>
      </div>
      <span
        className={`dot ${connection}`}
        role="img"
        aria-label={connection === "live" ? words.chatLive : words.chatRetrying}
      />
    </header>
  );
}

interface ConversationProps {
  roomId: string;
  client: ChatClient | null;
  view: RoomView | null;
  isLoading: boolean;
}

function Conversation({ roomId, client, view, isLoading }: ConversationProps) {
  const { words } = useWords();
  const myId = useMyId();
  const today = useToday();
  const scroller = useStaysAtEnd(view);
  const isEmpty = view?.messages.length === 0 && view.pending.length === 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="messages" ref={scroller} tabIndex={0} aria-label={words.chat}>
      {view?.hasOlder && (
        <button type="button" className="quiet" onClick={() => void client?.readOlder(roomId)} data-testid="chat-older">
          {words.olderMessages}
        </button>
      )}
      {isLoading && <p className="faint">{words.loading}</p>}
      {isEmpty && <p className="empty">{words.noMessages}</p>}
      <ol aria-live="polite" aria-relevant="additions">
        {view?.messages.map((message) => (
          <MessageRow key={message.cursor} message={message} isMine={message.sender_id === myId} today={today} />
        ))}
        {view?.pending.map((pending) => (
          <PendingRow
            key={pending.client_message_id}
            pending={pending}
            onRetry={() => client?.sendAgain(roomId, pending.client_message_id)}
            onDiscard={() => client?.discard(roomId, pending.client_message_id)}
          />
        ))}
      </ol>
    </section>
  );
}
