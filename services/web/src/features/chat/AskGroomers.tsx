import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocation, useNavigate } from "react-router";
import type { Salon } from "../../api/types";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { ProblemNote } from "../../ui/ProblemNote";
import { useMyId } from "../session/session";
import { knowRoom, openRoom } from "./queries";

/** One button for each groomer: it opens the room, or goes to the one that there is. */
export function AskGroomers({ groomers }: { groomers: Salon["groomers"] }) {
  const { words } = useWords();
  const myId = useMyId();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const opening = useMutation({
    mutationFn: openRoom,
    onSuccess: (room) => {
      knowRoom(queries, myId, room);
      void navigate(`/rooms/${room.id}`);
    },
  });

  const ask = (groomerId: number): void => {
    if (myId === null) void navigate("/sign-in", { state: { from: pathname } });
    else opening.mutate(groomerId);
  };
  return (
    <div className="row">
      {groomers.map((groomer) => (
        <button
          key={groomer.id}
          type="button"
          className="quiet"
          disabled={opening.isPending}
          onClick={() => ask(groomer.id)}
          data-testid="ask-groomer"
        >
          {fill(words.askGroomer, { name: groomer.name })}
        </button>
      ))}
      <ProblemNote problem={opening.error} />
    </div>
  );
}
