/**
 * Who is signed in, as this page shows it, and how it follows what other tabs do.
 *
 * All tabs of a browser share one session, in cookies that no page can read. So each tab keeps a mark beside them:
 * the account that it saw signed in. A mark of somebody else, or a refusal by the server, makes a page forget whom
 * it shows, at once, and ask. Framework-free.
 */

import { backOff } from "../streams/back-off";
import { asProblem, mayPass } from "./problem";
import type { Account } from "./types";

/** Undefined while it is not known; null for nobody. */
export type Shown = Account | null | undefined;

/** The id of the account that a tab of this browser saw last, kept where all of them see it. */
export interface Mark {
  read: () => string | null;
  write: (accountId: string) => void;
  /** Another tab wrote it, or this page was asleep and may have missed that. */
  onChange: (listener: () => void) => void;
}

export interface WhoSurroundings {
  /** Whose the cookies are. Throws a Problem. */
  askWhoIAm: () => Promise<Account>;
  /** False where there never was a session: then nobody needs to be asked. */
  mayHaveSession: () => boolean;
  mark: Mark;
  firstDelayMs?: number;
}

const NOBODY = "";

export class Who {
  private readonly around: WhoSurroundings;
  private readonly listeners = new Set<() => void>();
  private account: Shown;
  /** Undefined before the first answer. */
  private before: Shown;
  private hasFollowed = false;
  /** Each question and each answer of a newer kind makes older questions stale. */
  private round = 0;

  constructor(around: WhoSurroundings) {
    this.around = around;
    around.mark.onChange(() => this.compare());
  }

  // For React's useSyncExternalStore
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly shown = (): Shown => this.account;

  /** True when it was not done in this tab that somebody else, or nobody, is signed in now. */
  readonly followed = (): boolean => this.hasFollowed;

  /** The account on whose behalf this page acts. */
  get id(): number | null {
    return this.account?.id ?? null;
  }

  /** Somebody signed in or out here: the other tabs hear of it. */
  is(account: Account | null): void {
    this.hasFollowed = false;
    this.settle(account);
  }

  private settle(account: Account | null): void {
    this.round += 1;
    this.before = account;
    this.show(account);
    const mark = markOf(account);
    if (this.around.mark.read() !== mark) this.around.mark.write(mark);
  }

  /** Forget whom this page shows, and ask. Who answers late is not listened to. */
  ask(failures = 0): void {
    this.round += 1;
    const round = this.round;
    if (failures === 0) this.show(undefined);
    if (!this.around.mayHaveSession()) return this.follow(null);
    this.around.askWhoIAm().then(
      (account) => this.round === round && this.follow(account),
      (thrown: unknown) => this.round === round && this.notAnswered(thrown, failures + 1),
    );
  }

  /** Nobody, or nobody knows: then it is asked again until somebody does. */
  private notAnswered(thrown: unknown, failures: number): void {
    if (!mayPass(asProblem(thrown))) return this.follow(null);
    const round = this.round;
    setTimeout(() => this.round === round && this.ask(failures), backOff(failures, this.around.firstDelayMs));
  }

  private follow(account: Account | null): void {
    this.hasFollowed = this.before !== undefined && this.before?.id !== account?.id;
    this.settle(account);
  }

  private compare(): void {
    const mark = this.around.mark.read();
    if (mark === null || (this.account !== undefined && mark === markOf(this.account))) return;
    this.ask();
  }

  private show(account: Shown): void {
    // The same person with the same facts is no news.
    if (JSON.stringify(account) === JSON.stringify(this.account) && account !== undefined) return;
    this.account = account;
    for (const listener of this.listeners) listener();
  }
}

function markOf(account: Account | null): string {
  return account === null ? NOBODY : String(account.id);
}
