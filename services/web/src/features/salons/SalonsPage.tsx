import { Link } from "react-router";
import { usePages } from "../../api/queries";
import { useWords } from "../../i18n/Language";
import { PageList } from "../../ui/PageList";
import { salonList } from "./queries";

export function SalonsPage() {
  const { words } = useWords();
  const pages = usePages(salonList.queryKey, salonList.read);
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
