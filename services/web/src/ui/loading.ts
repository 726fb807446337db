/** Reading from a door for as long as a page is shown: once, or page by page. */

import { useCallback, useEffect, useRef, useState } from "react";
import { asProblem, type Problem } from "../api/problem";
import type { Page } from "../api/types";
import { useWords } from "../i18n/Language";

export interface Loaded<T> {
  data: T | null;
  problem: Problem | null;
  reload: () => void;
  setData: (data: T) => void;
}

/** `key` names what is read; null means: nothing yet. A newer read wins over an older one that answers late. */
export function useLoad<T>(key: string | null, read: () => Promise<T>): Loaded<T> {
  const { language } = useWords();
  const [answer, setAnswer] = useState<{ key: string; data: T } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const reader = useRef(read);
  reader.current = read;
  // A refusal speaks the language that it was asked in, so it is asked again in the new one.
  const inLanguage = problem === null ? "" : language;

  useEffect(() => {
    if (key === null) return;
    let stale = false;
    reader.current().then(
      (data) => {
        if (stale) return;
        setAnswer({ key, data });
        setProblem(null);
      },
      (thrown: unknown) => {
        if (!stale) setProblem(asProblem(thrown));
      },
    );
    return () => {
      stale = true;
    };
  }, [key, round]);

  const asked = useRef(inLanguage);
  useEffect(() => {
    if (asked.current !== "" && inLanguage !== "" && asked.current !== inLanguage) setRound((n) => n + 1);
    asked.current = inLanguage;
  }, [inLanguage]);

  return {
    // An answer about something else is no answer.
    data: answer !== null && answer.key === key ? answer.data : null,
    problem,
    reload: useCallback(() => setRound((n) => n + 1), []),
    setData: (data) => {
      if (key !== null) setAnswer({ key, data });
    },
  };
}

export interface Pages<T> {
  items: T[] | null;
  problem: Problem | null;
  /** Null when there is no more. */
  more: (() => void) | null;
  reload: () => void;
  replace: (item: T) => void;
}

export function usePages<T extends { id: number | string }>(
  key: string | null,
  read: (cursor: string | null) => Promise<Page<T>>,
): Pages<T> {
  const { data, problem, reload, setData } = useLoad(key, () => read(null));
  const [moreProblem, setMoreProblem] = useState<Problem | null>(null);

  const more = async (): Promise<void> => {
    if (!data?.next) return;
    try {
      const page = await read(data.next);
      setData({ items: [...data.items, ...page.items], next: page.next });
      setMoreProblem(null);
    } catch (thrown) {
      setMoreProblem(asProblem(thrown));
    }
  };
  return {
    items: data?.items ?? null,
    problem: problem ?? moreProblem,
    more: data?.next ? () => void more() : null,
    reload,
    replace: (item) => {
      if (data) setData({ ...data, items: data.items.map((known) => (known.id === item.id ? item : known)) });
    },
  };
}

export interface Doing {
  busy: boolean;
  problem: Problem | null;
  /** Runs one act at a time; a refusal is kept to be shown. Tells whether it was done. */
  run: (act: () => Promise<void>) => Promise<boolean>;
}

export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isBusy = useRef(false);

  const run = async (act: () => Promise<void>): Promise<boolean> => {
    if (isBusy.current) return false;
    isBusy.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await act();
      return true;
    } catch (thrown) {
      setProblem(asProblem(thrown));
      return false;
    } finally {
      isBusy.current = false;
      setBusy(false);
    }
  };
  return { busy, problem, run };
}
