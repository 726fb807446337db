/** The operator's stream of one line, for as long as the page is shown. */

import { useEffect, useState } from "react";
import { accounts, line } from "../../api/doors";
import type { Problem } from "../../api/problem";
import { type Connection, ConsoleClient } from "./client";
import { type Drop, nothingYet, withNumbers } from "./numbers";

export interface Console {
  drop: Drop;
  connection: Connection;
  problem: Problem | null;
}

const START: Console = { drop: nothingYet, connection: "connecting", problem: null };

/** `eventId` is null while there is no line yet. */
export function useConsole(eventId: string | null): Console {
  const [seen, setSeen] = useState(START);
  useEffect(() => {
    setSeen(START);
    if (eventId === null) return;
    const client = new ConsoleClient({
      openStream: () => new EventSource(line.operatorUrl(eventId)),
      // Both over plain HTTP: the first refreshes a session that ran out, the second says why the line does not answer.
      askWhy: async () => {
        await accounts.me();
        await line.status(eventId);
      },
      onNumbers: (numbers) => setSeen((last) => ({ ...last, drop: withNumbers(last.drop, numbers) })),
      onConnection: (connection, problem) => setSeen((last) => ({ ...last, connection, problem })),
    });
    client.open();
    return () => client.close();
  }, [eventId]);
  return seen;
}
