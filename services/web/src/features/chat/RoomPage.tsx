import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Link, useLocation, useParams } from "react-router";
import { chat } from "../../api/doors";
import type { Problem } from "../../api/problem";
import type { Room } from "../../api/types";
import { useWords } from "../../i18n/Language";
import type { Connection } from "../../streams/living-socket";
import { useLoad } from "../../ui/loading";
import { ProblemNote } from "../../ui/ProblemNote";
import { useSession } from "../session/Session";
import { useChat } from "./ChatProvider";
import { Composer } from "./Composer";
import { MessageRow, PendingRow } from "./Messages";
import type { RoomView } from "./room-log";

/** A conversation: history that pages back, live messages, and what I wrote on its way. */
export function RoomPage() {
  const { words } = useWords();
  const { account } = useSession();
  const { id = "" } = useParams();
  const room = useRoom(id);
  const { client, view, problem, connection } = useConversation(id);
  const scroller = useStaysAtEnd(view);

  return (
    <section className="room">
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
      <div className="messages" ref={scroller} tabIndex={0} aria-label={words.chat}>
        {view?.hasOlder && (
          <button type="button" className="quiet" onClick={() => void client?.readOlder(id)} data-testid="chat-older">
            {words.olderMessages}
          </button>
        )}
        {view === null && !problem && <p className="faint">{words.loading}</p>}
        {view?.messages.length === 0 && view.pending.length === 0 && <p className="empty">{words.noMessages}</p>}
        <ol aria-live="polite" aria-relevant="additions">
          {view?.messages.map((message) => (
            <MessageRow key={message.cursor} message={message} isMine={message.sender_id === account?.id} />
          ))}
          {view?.pending.map((pending) => (
            <PendingRow
              key={pending.client_message_id}
              pending={pending}
              onRetry={() => client?.sendAgain(id, pending.client_message_id)}
              onDiscard={() => client?.discard(id, pending.client_message_id)}
            />
          ))}
        </ol>
      </div>
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

/** The room as the page before knew it, or found again among mine. */
function useRoom(id: string): Room | null {
  const state = useLocation().state as { room?: Room } | null;
  const known = state?.room?.id === id ? state.room : null;
  const found = useLoad(known ? null : `room ${id}`, () => findRoom(id));
  return known ?? found.data;
}

async function findRoom(id: string): Promise<Room | null> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof chat.rooms>> = await chat.rooms(cursor);
    const room = page.items.find((mine) => mine.id === id);
    if (room) return room;
    cursor = page.next;
  } while (cursor !== null);
  return null;
}

function useConversation(id: string) {
  const client = useChat();
  const [view, setView] = useState<RoomView | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [connection, setConnection] = useState<Connection>("connecting");

  useEffect(() => {
    if (client === null) return;
    setView(null);
    setProblem(null);
    client.onConnection = (now, why) => {
      setConnection(now);
      setProblem(why);
    };
    client.open();
    setConnection(client.connection);
    void client.enter(id, { onChange: setView, onProblem: setProblem });
    return () => client.leave(id);
  }, [client, id]);
  return { client, view, problem, connection };
}

/** Keep the newest in sight, unless the reader scrolled up; keep the place while older ones come in above. */
function useStaysAtEnd(view: RoomView | null) {
  const scroller = useRef<HTMLDivElement>(null);
  const before = useRef({ height: 0, oldest: "" });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || view === null) return;
    const oldest = view.messages[0]?.cursor ?? "";
    const { height, oldest: oldestBefore } = before.current;
    const wasAtEnd = height - element.scrollTop - element.clientHeight < 80;
    if (oldestBefore !== "" && oldest !== oldestBefore && !wasAtEnd) element.scrollTop += element.scrollHeight - height;
    else if (wasAtEnd || height === 0) element.scrollTop = element.scrollHeight;
    before.current = { height: element.scrollHeight, oldest };
  }, [view]);
  return scroller;
}
