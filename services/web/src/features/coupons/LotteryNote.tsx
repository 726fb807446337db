import { useEffect, useState } from "react";
import type { CouponEvent } from "../../api/types";
import { useWords } from "../../i18n/Language";
import { keptRegistration } from "../line/ticket-store";
import { drawUrl } from "./queries";

/** How this lottery is drawn, and what anybody needs to check it: the commitment, the public draw, my own entry. */
export function LotteryNote({ event, accountId }: { event: CouponEvent; accountId: number | null }) {
  const { words } = useWords();
  const entry = useEntry(accountId === null ? null : keptRegistration(accountId, event.id));
  return (
    <details className="card" data-testid="lottery-note">
      <summary>{words.lotteryNote}</summary>
      <p>{words.lotteryHow}</p>
      {event.order_commitment !== null && (
        <p className="faint">
          {words.lotteryCommitment} <code data-testid="order-commitment">{event.order_commitment}</code>
        </p>
      )}
      {entry !== null && (
        <p className="faint">
          {words.lotteryEntry} <code data-testid="my-entry">{entry}</code>
        </p>
      )}
      {event.order_commitment !== null && (
        <p>
          <a href={drawUrl(event.id)} data-testid="draw-link">
            {words.lotteryDraw}
          </a>
        </p>
      )}
    </details>
  );
}

/** The SHA-256 of a registration's ticket, as it stands in the public list. Null where a browser cannot say it. */
function useEntry(ticket: string | null): string | null {
  const [entry, setEntry] = useState<string | null>(null);
  useEffect(() => {
    setEntry(null);
    // Browsers have it on safe origins only.
    if (ticket === null || !("subtle" in crypto)) return;
    let gone = false;
    void crypto.subtle.digest("SHA-256", new TextEncoder().encode(ticket)).then((hash) => {
      if (!gone) setEntry(Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join(""));
    });
    return () => {
      gone = true;
    };
  }, [ticket]);
  return entry;
}
