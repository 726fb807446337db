import { useEffect } from "react";
import { Link } from "react-router";
import { notifications } from "../../api/doors";
import type { Notification } from "../../api/types";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { dayAndClock } from "../../i18n/times";
import { usePages } from "../../ui/loading";
import { PageList } from "../../ui/PageList";

/** What I have been told. To have seen the list is to have read it. */
export function NotificationsPage() {
  const { words } = useWords();
  const pages = usePages("notifications", notifications.list);
  const hasUnread = pages.items?.some((item) => item.read_at === null) ?? false;
  useEffect(() => {
    if (hasUnread) notifications.readAll().catch(() => {}); // they stay unread, which is no harm
  }, [hasUnread]);
  return (
    <section className="narrow">
      <h1>{words.notifications}</h1>
      <PageList pages={pages} empty={words.noNotifications} show={(item) => <News item={item} />} />
    </section>
  );
}

function News({ item }: { item: Notification }) {
  const { language, words } = useWords();
  const startsAt = item.facts["starts_at"];
  const facts = startsAt ? { ...item.facts, starts_at: dayAndClock(startsAt, language) } : item.facts;
  return (
    <Link
      className={`card tappable${item.read_at === null ? " fresh" : ""}`}
      to={item.kind.startsWith("coupon") ? "/coupons" : item.kind.startsWith("booking") ? "/bookings" : "/"}
      data-testid="notification"
    >
      <p>{fill(words.news[item.kind] ?? words.newsOther, facts)}</p>
      <p className="faint">{dayAndClock(item.created_at, language)}</p>
    </Link>
  );
}
