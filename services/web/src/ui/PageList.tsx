import type { ReactNode } from "react";
import type { Pages } from "../api/queries";
import { useWords } from "../i18n/Language";
import { Loading } from "./Loading";

interface Props<T> {
  pages: Pages<T>;
  empty: string;
  show: (item: T) => ReactNode;
}

/** A list that is read page by page: loading, nothing there, a refusal, the items, and "more". */
export function PageList<T extends { id: number | string }>({ pages, empty, show }: Props<T>) {
  const { words } = useWords();
  const { items, problem, more, reload } = pages;
  return (
    <>
      {(items === null || problem !== null) && <Loading problem={problem} onRetry={reload} />}
      {items?.length === 0 && <p className="empty">{empty}</p>}
      <ul className="cards">
        {items?.map((item) => (
          <li key={item.id}>{show(item)}</li>
        ))}
      </ul>
      {more && (
        <button type="button" className="quiet wide" onClick={more}>
          {words.more}
        </button>
      )}
    </>
  );
}
