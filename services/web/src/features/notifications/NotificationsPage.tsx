import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "react-router";
import { seenBy, usePages } from "../../api/queries";
import type { Notification } from "../../api/types";
import { fill } from "../../i18n/fill";
import { useWords } from "../../i18n/Language";
import { dayAndClock } from "../../i18n/times";
import { PageList } from "../../ui/PageList";
import { useMyId } from "../session/session";
import { myNotifications, readAll } from "./queries";

/** What I have been told. To have seen the list is to have read it. */
export function NotificationsPage() {
  const { words } = useWords();
  const myId = useMyId();
  const queries = useQueryClient();
  const { queryKey, read } = myNotifications(myId);
  const pages = usePages(queryKey, read);
  const { mutate: markAllRead } = useMutation({
    // Where it fails they stay unread, which is no harm.
    mutationFn: readAll,
    onSuccess: ({ unread }) => queries.setQueryData(seenBy(myId, "unread"), unread),
  });
  const hasUnread = pages.items?.some((item) => item.read_at === null) ?? false;
  useEffect(() => {
    if (hasUnread) markAllRead();
  }, [hasUnread, markAllRead]);
  return (
    <section className="narrow">
      <h1>{words.notifications}</h1>
      <PageList pages={pages} empty={words.noNotifications} show={(item) => <NotificationCard item={item} />} />
    </section>
  );
}

function NotificationCard({ item }: { item: Notification }) {
  const { language, words } = useWords();
  const startsAt = item.facts["starts_at"];
  const facts = startsAt ? { ...item.facts, starts_at: dayAndClock(startsAt, language) } : item.facts;
  return (
    <Link
      className={`card tappable${item.read_at === null ? " fresh" : ""}`}
      to={pageAbout(item.kind)}
      data-testid="notification"
    >
      <p>{fill(words.notificationText[item.kind] ?? words.notificationOther, facts)}</p>
      <p className="faint">{dayAndClock(item.created_at, language)}</p>
    </Link>
  );
}

function pageAbout(kind: string): string {
  if (kind.startsWith("coupon")) return "/coupons";
  return kind.startsWith("booking") ? "/bookings" : "/";
}
