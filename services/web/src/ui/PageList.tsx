import type { ReactNode } from "react";
import { useWords } from "../i18n/Language";
import type { Pages } from "./loading";
import { ProblemNote } from "./ProblemNote";

interface Props<T> {
  pages: Pages<T>;
  empty: string;
  show: (item: T) => ReactNode;
}

/** A list that is read page by page: loading, nothing there, a refusal, the items, and "more". */
export function PageList<T extends { id: number | string }>({ pages, empty, show }: Props<T>) {
  const { words } = useWords();
  return (
    <>
      <ProblemNote problem={pages.problem} onRetry={pages.reload} />
      {pages.items === null && pages.problem === null && <p className="faint">{words.loading}</p>}
      {pages.items?.length === 0 && <p className="empty">{empty}</p>}
      <ul className="cards">
        {pages.items?.map((item) => (
          <li key={item.id}>{show(item)}</li>
        ))}
      </ul>
      {pages.more && (
        <button type="button" className="quiet wide" onClick={pages.more}>
          {words.more}
        </button>
      )}
    </>
  );
}
