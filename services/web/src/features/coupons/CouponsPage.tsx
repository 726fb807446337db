import { usePages } from "../../api/queries";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { dayAndClock, dayOnly } from "../../i18n/times";
import { PageList } from "../../ui/PageList";
import { useMyId } from "../session/session";
import { myCoupons } from "./queries";

export function CouponsPage() {
  const { language, words } = useWords();
  const { queryKey, read } = myCoupons(useMyId());
  const pages = usePages(queryKey, read);
  return (
    <section className="narrow">
      <h1>{words.myCoupons}</h1>
      <PageList
        pages={pages}
        empty={words.noCoupons}
        show={(coupon) => (
          <article className="card ticket" data-testid="coupon">
            <p className="amount">{fill(words.discount, { amount: coupon.discount_won })}</p>
            <p>
              {words.couponSerial} <strong>{coupon.serial}</strong>
            </p>
            <p className="faint">
              {fill(words.issuedAt, { time: dayAndClock(coupon.issued_at, language) })} ·{" "}
              {fill(words.expiresAt, { time: dayOnly(coupon.expires_at, language) })}
            </p>
          </article>
        )}
      />
    </section>
  );
}
