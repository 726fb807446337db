import { Link } from "react-router";
import { chat } from "../../api/doors";
import { useWords } from "../../i18n/Language";
import { usePages } from "../../ui/loading";
import { PageList } from "../../ui/PageList";

export function RoomsPage() {
  const { words } = useWords();
  const pages = usePages("rooms", chat.rooms);
  return (
    <section className="narrow">
      <h1>{words.chat}</h1>
      <PageList
        pages={pages}
        empty={words.noRooms}
        show={(room) => (
          <Link className="card tappable" to={`/rooms/${room.id}`} state={{ room }} data-testid="room-card">
            <h2>{room.other.name}</h2>
            <p className="faint">{room.salon_name}</p>
          </Link>
        )}
      />
    </section>
  );
}
