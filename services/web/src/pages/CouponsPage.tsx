import { couponEvents } from "../api/doors";
import { usePages } from "../parts/loading";
import { PageList } from "../parts/PageList";
import { fill } from "../words/fill";
import { useWords } from "../words/Language";
import { dayAndClock, dayOnly } from "../words/times";

export function CouponsPage() {
  const { language, words } = useWords();
  const pages = usePages("coupons", couponEvents.myCoupons);
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
