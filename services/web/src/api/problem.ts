/** One refusal, wherever it came from: HTTP, the line's stream, the chat socket, or the network itself. */

export interface FieldError {
  field: string;
  code: string;
  detail: string;
}

/** The members of an RFC 9457 document as our services write it; other members are facts about this refusal. */
export interface ProblemDocument {
  type?: string;
  title: string;
  status: number;
  code: string;
  detail?: string | null;
  errors?: FieldError[];
  retry_after_seconds?: number;
  [fact: string]: unknown;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | null;
  readonly errors: FieldError[];
  readonly retryAfterSeconds: number | null;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(document: ProblemDocument) {
    super(`${document.code}: ${document.title}`);
    this.name = "Problem";
    this.status = document.status;
    this.code = document.code;
    this.title = document.title;
    this.detail = document.detail ?? null;
    this.errors = Array.isArray(document.errors) ? document.errors : [];
    this.retryAfterSeconds = typeof document.retry_after_seconds === "number" ? document.retry_after_seconds : null;
    this.facts = document;
  }
}

export function isProblemDocument(value: unknown): value is ProblemDocument {
  if (typeof value !== "object" || value === null) return false;
  const { code, title } = value as Record<string, unknown>;
  return typeof code === "string" && typeof title === "string";
}

/** The request never got an answer: no network, or nobody behind the address. Words come from our dictionary. */
export function unreachable(): Problem {
  return new Problem({ status: 0, code: "unreachable", title: "The service cannot be reached" });
}

/** Somebody answered, but not one of our services (a proxy's own error page, for example). */
export function unexpectedAnswer(status: number): Problem {
  return new Problem({ status, code: "unexpected-answer", title: "The service gave an unexpected answer" });
}

export async function problemFrom(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  if (!isProblemDocument(body)) return unexpectedAnswer(response.status);
  const retryAfter = Number(response.headers.get("Retry-After") ?? NaN);
  const waits = Number.isFinite(retryAfter) ? { retry_after_seconds: retryAfter } : {};
  return new Problem({ ...waits, ...body, status: response.status });
}

/** A refusal that another try may not meet: no network, too many requests, a part that rests. */
export function mayPass(problem: Problem): boolean {
  // A mistake of this page would only be made again.
  if (problem.code === "page-error") return false;
  return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}

/** Whatever was thrown, as something that can be shown. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  console.error(thrown);
  return new Problem({ status: 0, code: "page-error", title: "This page made a mistake" });
}
