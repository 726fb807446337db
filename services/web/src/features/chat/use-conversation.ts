import { useEffect, useState } from "react";
import type { Problem } from "../../api/problem";
import type { Connection } from "../../streams/living-stream";
import { useChat } from "./ChatProvider";
import type { RoomView } from "./conversation/room-log";

/** One room, live, for as long as it is shown. */
export function useConversation(id: string) {
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
