/** The operator's stream of one line, for as long as the page is shown. */

import { useEffect, useState } from "react";
import type { Problem } from "../../api/problem";
import type { Connection } from "../../streams/living-stream";
import { lineStatus, operatorStreamUrl } from "../line/requests";
import { renewSessionOf, useMyId } from "../session/session";
import { consoleStream } from "./client";
import { type Drop, nothingYet, withNumbers } from "./numbers";

export interface Console {
  drop: Drop;
  connection: Connection;
  problem: Problem | null;
}

const START: Console = { drop: nothingYet, connection: "connecting", problem: null };

/** `eventId` is null while there is no line yet. */
export function useConsole(eventId: string | null): Console {
  const myId = useMyId();
  const [seen, setSeen] = useState(START);
  useEffect(() => {
    setSeen(START);
    if (eventId === null || myId === null) return;
    const stream = consoleStream({
      openStream: () => new EventSource(operatorStreamUrl(eventId, myId)),
      askWhy: async () => {
        await renewSessionOf(myId);
        await lineStatus(eventId);
      },
      onNumbers: (numbers) => setSeen((last) => ({ ...last, drop: withNumbers(last.drop, numbers) })),
      onConnection: (connection, problem) => setSeen((last) => ({ ...last, connection, problem })),
    });
    stream.open();
    return () => stream.close();
  }, [eventId, myId]);
  return seen;
}
