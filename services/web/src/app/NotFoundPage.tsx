import { Link } from "react-router";
import { useWords } from "../i18n/Language";

export function NotFoundPage() {
  const { words } = useWords();
  return (
    <section className="narrow center">
      <h1>{words.notFound}</h1>
      <Link className="button" to="/">
        {words.goHome}
      </Link>
    </section>
  );
}
