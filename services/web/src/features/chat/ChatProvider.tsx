/** One chat client for the whole page, for as long as somebody is signed in and has opened a room. */

import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { renewSessionOf, useMyId } from "../session/session";
import { ChatClient } from "./conversation/client";
import { readHistory } from "./queries";

const Context = createContext<ChatClient | null>(null);

export function ChatProvider({ children }: { children: ReactNode }) {
  const myId = useMyId();
  const client = useMemo(() => (myId === null ? null : newClient(myId)), [myId]);
  useEffect(() => () => client?.close(), [client]);
  return <Context value={client}>{children}</Context>;
}

/** Null while nobody is signed in. */
export function useChat(): ChatClient | null {
  return useContext(Context);
}

function newClient(myId: number): ChatClient {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new ChatClient({
    myId,
    openSocket: () => new WebSocket(`${scheme}://${location.host}/ws/v1/chat?account=${myId}`),
    renewSession: () => renewSessionOf(myId),
    readHistory,
  });
}
