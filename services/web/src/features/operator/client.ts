/** The operator's stream of one line, kept open: numbers in, reconnecting by itself. Framework-free. */

import { mayPass, type Problem } from "../../api/problem";
import { type Connection, LivingStream, type Stream } from "../../streams/living-stream";
import type { Numbers } from "./numbers";

export interface ConsoleSurroundings {
  openStream: () => Stream;
  /** Is it still my session, and does the line answer? Throws the Problem. */
  askWhy: () => Promise<void>;
  onNumbers: (numbers: Numbers) => void;
  onConnection: (connection: Connection, problem: Problem | null) => void;
}

/** Numbers come once a second. */
const SILENCE_MS = 10_000;

export function consoleStream({ openStream, askWhy, onNumbers, onConnection }: ConsoleSurroundings): LivingStream {
  return new LivingStream({
    openStream,
    events: { numbers: onNumbers },
    askInstead: askWhy,
    onConnection,
    // The queue may not have heard of the event yet.
    mayPass: (problem) => mayPass(problem) || problem.status === 404,
    silenceMs: SILENCE_MS,
  });
}
