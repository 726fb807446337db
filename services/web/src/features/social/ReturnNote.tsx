import { useSearchParams } from "react-router";
import { Problem } from "../../api/problem";
import { useWords } from "../../i18n/Language";
import { ProblemNote } from "../../ui/ProblemNote";

/** Why a provider sent somebody back without what they wanted: the address has the code of it, and we the words. */
export function ReturnNote() {
  const { words } = useWords();
  const [query] = useSearchParams();
  const code = query.get("problem");
  if (code === null) return null;
  const title = words.problemTitles[code] ?? words.social.refused;
  return <ProblemNote problem={new Problem({ status: 0, code, title })} />;
}
