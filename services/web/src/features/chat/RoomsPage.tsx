import { useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { usePages } from "../../api/queries";
import { useWords } from "../../i18n/Language";
import { PageList } from "../../ui/PageList";
import { useMyId } from "../session/session";
import { knowRoom, roomList } from "./queries";

export function RoomsPage() {
  const { words } = useWords();
  const myId = useMyId();
  const queries = useQueryClient();
  const { queryKey, read } = roomList(myId);
  const pages = usePages(queryKey, read);
  return (
    <section className="narrow">
      <h1>{words.chat}</h1>
      <PageList
        pages={pages}
        empty={words.noRooms}
        show={(room) => (
          <Link
            className="card tappable"
            to={`/rooms/${room.id}`}
            onClick={() => knowRoom(queries, myId, room)}
            data-testid="room-card"
          >
            <h2>{room.other.name}</h2>
            <p className="faint">{room.salon_name}</p>
          </Link>
        )}
      />
    </section>
  );
}
