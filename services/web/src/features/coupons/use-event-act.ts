import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { CouponEvent } from "../../api/types";
import { useMyId } from "../session/session";
import { auditOf, eventList, eventOf } from "./queries";

/** An operator changes an event: whatever shows it, or what was done to it, shows that at once. */
export function useEventAct(eventId: string) {
  const queries = useQueryClient();
  const myId = useMyId();
  return useMutation({
    mutationFn: (act: () => Promise<CouponEvent>) => act(),
    onSuccess: (event) => {
      queries.setQueryData(eventOf(myId, eventId).queryKey, event);
      void queries.invalidateQueries({ queryKey: eventList(myId).queryKey });
      void queries.invalidateQueries({ queryKey: auditOf(myId, eventId).queryKey });
    },
  });
}
