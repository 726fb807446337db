import type { Problem } from "../api/problem";
import { useWords } from "../i18n/Language";
import { ProblemNote } from "./ProblemNote";

/** In place of what is not there yet: that it is on its way, or why it is not. */
export function Loading({ problem, onRetry }: { problem: Problem | null; onRetry?: () => void }) {
  const { words } = useWords();
  if (problem === null) return <p className="faint">{words.loading}</p>;
  return <ProblemNote problem={problem} {...(onRetry && { onRetry })} />;
}
