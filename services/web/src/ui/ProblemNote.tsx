import { asProblem, type Problem } from "../api/problem";
import { fill } from "../i18n/fill";
import { useWords } from "../i18n/Language";

/** A refusal, in words: what happened, why, which field, and when to try again. */
export function ProblemNote({ problem: thrown, onRetry }: { problem: Error | null; onRetry?: () => void }) {
  const { words } = useWords();
  if (thrown === null) return null;
  const problem = asProblem(thrown);
  const title = words.problemTitles[problem.code] ?? problem.title;
  return (
    <div className="note bad" role="alert" data-testid="problem" data-code={problem.code}>
      <strong>{title}</strong>
      {problem.detail && problem.detail !== title && <p>{problem.detail}</p>}
      {problem.errors.length > 0 && (
        <ul>
          {problem.errors.map((error) => (
            <li key={`${error.field} ${error.code}`}>
              <b>{words.fields[error.field] ?? error.field}</b>: {error.detail}
            </li>
          ))}
        </ul>
      )}
      {missingIn(problem).length > 0 && (
        <ul>
          {missingIn(problem).map((condition) => (
            <li key={condition}>{words.entryMissing[condition] ?? condition}</li>
          ))}
        </ul>
      )}
      {problem.retryAfterSeconds !== null && <p>{fill(words.retryAfter, { seconds: problem.retryAfterSeconds })}</p>}
      {onRetry && (
        <button type="button" className="quiet" onClick={onRetry}>
          {words.retry}
        </button>
      )}
    </div>
  );
}

/** Which conditions of a coupon event were not met. */
function missingIn(problem: Problem): string[] {
  const { missing } = problem.facts;
  return Array.isArray(missing) ? missing.filter((one): one is string => typeof one === "string") : [];
}
