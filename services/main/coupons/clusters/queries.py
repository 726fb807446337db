"""Groups among the winners of an event."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.models import SignInOrigin
from coupons.events.queries import coupon_event_for
from coupons.models import Coupon

# The largest ones, and so many of each.
MOST_CLUSTERS = 50
MOST_SHOWN = 100


class Winner(NamedTuple):
    serial: int
    account_id: int
    account_made_at: datetime


@dataclass(frozen=True)
class Cluster:
    kind: str
    place: str
    """The same for the same place as long as Django's key is: it names no address."""
    size: int
    winners: list[Winner] = field(default_factory=list)


class Clusters(NamedTuple):
    issued: int
    """Coupons of the event."""
    known: int
    """Of how many winners it is still known from where they signed in."""
    items: list[Cluster]


def clusters_of(*, event_id: UUID) -> Clusters:
    """Of two and more, the largest first. Raises UnknownCouponEvent."""
    event = coupon_event_for(event_id=event_id, sees_drafts=True)
    coupons = Coupon.objects.filter(event=event)
    origins = SignInOrigin.objects.filter(account__in=coupons.values("customer"))
    groups = origins.values("kind", "digest").annotate(size=Count("account")).filter(size__gt=1)
    largest = list(groups.order_by("-size", "kind", "digest")[:MOST_CLUSTERS])
    members = _members(origins.filter(digest__in=[group["digest"] for group in largest]), coupons)
    return Clusters(
        issued=coupons.count(),
        known=origins.values("account").distinct().count(),
        items=[
            Cluster(group["kind"], group["digest"][:8], group["size"], members[group["digest"]][:MOST_SHOWN])
            for group in largest
        ],
    )


def _members(origins: QuerySet[SignInOrigin], coupons: QuerySet[Coupon]) -> dict[str, list[Winner]]:
    """By digest, in the order of their serials."""
    found = list(origins.values_list("digest", "account"))
    winners = {
        account_id: Winner(serial, account_id, made_at)
        for serial, account_id, made_at in coupons.filter(customer__in={account for _, account in found}).values_list(
            "serial", "customer", "customer__created_at"
        )
    }
    by_digest: defaultdict[str, list[Winner]] = defaultdict(list)
    for digest, account_id in found:
        by_digest[digest].append(winners[account_id])
    return {digest: sorted(group) for digest, group in by_digest.items()}
