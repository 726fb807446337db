import { Link } from "react-router";
import { salons } from "../../api/doors";
import { useWords } from "../../i18n/Language";
import { usePages } from "../../ui/loading";
import { PageList } from "../../ui/PageList";

export function SalonsPage() {
  const { words } = useWords();
  const pages = usePages("salons", salons.list);
  return (
    <section>
      <h1>{words.salons}</h1>
      <p className="lead">{words.salonsLead}</p>
      <PageList
        pages={pages}
        empty={words.noSalons}
        show={(salon) => (
          <Link className="card tappable" to={`/salons/${salon.id}`} data-testid="salon-card">
            <span className="tag">{salon.region}</span>
            <h2>{salon.name}</h2>
            <p>{salon.summary}</p>
            <p className="faint">{salon.address}</p>
          </Link>
        )}
      />
    </section>
  );
}
