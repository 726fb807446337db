"""Who may do what at main's API, one row for each endpoint. An endpoint without a row is nobody's.

`ByTable` asks the rows for the role. `only_for` says whom an object concerns: to everybody else it does not exist, and
it is the queries (`bookings_of`, `room_of`, …) that do not find it. A generated test tries every row with everybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.callers.identity import Identity, Role

if TYPE_CHECKING:  # DRF's views import this module, for its name stands among the settings
    from rest_framework.views import APIView

Party = Literal["customer", "groomer"]
_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
_API = "api/v1"


@dataclass(frozen=True)
class Access:
    """`roles` None: strangers too. `parties` None: whatever the address names is there for all of these roles."""

    roles: frozenset[Role] | None
    parties: frozenset[Party] | None = None

    def only_for(self, *parties: Party) -> Access:
        """Others, of the same role too, are answered 404."""
        return replace(self, parties=frozenset(parties))


ANYBODY = Access(roles=None)
SIGNED_IN = Access(roles=frozenset({"customer", "groomer", "operator"}))
GROOMERS = Access(roles=frozenset({"groomer"}))
CUSTOMERS = Access(roles=frozenset({"customer"}))
# Operators are let go by each other, and not by themselves.
PEOPLE = Access(roles=frozenset({"customer", "groomer"}))
OPERATORS = Access(roles=frozenset({"operator"}))

ACCESS: Mapping[str, Access] = {
    "GET /openapi.json": ANYBODY,
    "GET /docs": ANYBODY,
    "GET /docs.js": ANYBODY,
    "POST /accounts": ANYBODY,
    "GET /accounts/me": SIGNED_IN,
    "POST /accounts/email-confirmations": ANYBODY,
    "POST /accounts/me/email": SIGNED_IN,
    "POST /accounts/me/email/confirmation": SIGNED_IN,
    "POST /accounts/me/email/change": SIGNED_IN,
    "POST /accounts/me/password": SIGNED_IN,
    "POST /accounts/password-resets": ANYBODY,
    "POST /accounts/new-passwords": ANYBODY,
    "POST /accounts/me/deletion": PEOPLE,
    "GET /accounts/me/sessions": SIGNED_IN,
    "DELETE /accounts/me/sessions": SIGNED_IN,
    "DELETE /accounts/me/sessions/{session_id}": SIGNED_IN.only_for("customer"),
    "GET /accounts/me/second-factor": OPERATORS,
    "POST /accounts/me/second-factor": OPERATORS,
    "POST /accounts/me/second-factor/confirmation": OPERATORS,
    "POST /accounts/me/second-factor/recovery-codes": OPERATORS,
    "POST /accounts/me/second-factor/removal": OPERATORS,
    "POST /sessions": ANYBODY,
    "DELETE /sessions": SIGNED_IN,
    "POST /sessions/refresh": ANYBODY,
    "POST /sessions/{provider}": ANYBODY,
    "GET /sign-in": ANYBODY,
    "GET /sign-in/{provider}": ANYBODY,
    "GET /sign-in/{provider}/callback": ANYBODY,
    "GET /accounts/me/identities": PEOPLE,
    "POST /accounts/me/identities/{provider}": PEOPLE,
    "DELETE /accounts/me/identities/{provider}": PEOPLE.only_for("customer"),
    "POST /accounts/me/identities/{provider}/browser": PEOPLE,
    "POST /photos": PEOPLE,
    "GET /photos/{photo_id}": PEOPLE.only_for("customer"),
    "POST /photos/{photo_id}/finish": PEOPLE.only_for("customer"),
    "GET /regions": ANYBODY,
    "GET /salons": ANYBODY,
    "GET /salons/suggestions": ANYBODY,
    "GET /salons/mine": GROOMERS.only_for("groomer"),
    "PATCH /salons/mine": GROOMERS.only_for("groomer"),
    "PUT /salons/mine/times": GROOMERS.only_for("groomer"),
    "PUT /salons/mine/treatments": GROOMERS.only_for("groomer"),
    "GET /salons/mine/price-rules": GROOMERS.only_for("groomer"),
    "PUT /salons/mine/price-rules": GROOMERS.only_for("groomer"),
    "GET /salons/mine/photos": GROOMERS.only_for("groomer"),
    "PUT /salons/mine/photos": GROOMERS.only_for("groomer"),
    "GET /salons/{salon_id}": ANYBODY,
    "GET /salons/{salon_id}/photos": ANYBODY,
    "GET /salons/{salon_id}/prices": ANYBODY,
    "GET /salons/{salon_id}/reviews": ANYBODY,
    "GET /groomers/{groomer_id}/slots": ANYBODY,
    "GET /salons/{salon_id}/slots": ANYBODY,
    "GET /groomers/me/time-off": GROOMERS,
    "POST /groomers/me/time-off": GROOMERS,
    "DELETE /groomers/me/time-off/{time_off_id}": GROOMERS.only_for("groomer"),
    "GET /breeds": ANYBODY,
    "GET /dogs": CUSTOMERS,
    "POST /dogs": CUSTOMERS,
    "GET /dogs/{dog_id}": CUSTOMERS.only_for("customer"),
    "PATCH /dogs/{dog_id}": CUSTOMERS.only_for("customer"),
    "DELETE /dogs/{dog_id}": CUSTOMERS.only_for("customer"),
    "GET /dogs/{dog_id}/photo": CUSTOMERS.only_for("customer"),
    "PUT /dogs/{dog_id}/photo": CUSTOMERS.only_for("customer"),
    "DELETE /dogs/{dog_id}/photo": CUSTOMERS.only_for("customer"),
    "GET /waitlist": CUSTOMERS,
    "POST /waitlist": CUSTOMERS,
    "GET /waitlist/{entry_id}": CUSTOMERS.only_for("customer"),
    "DELETE /waitlist/{entry_id}": CUSTOMERS.only_for("customer"),
    "GET /holds": CUSTOMERS,
    "POST /holds": CUSTOMERS,
    "GET /holds/{hold_id}": CUSTOMERS.only_for("customer"),
    "DELETE /holds/{hold_id}": CUSTOMERS.only_for("customer"),
    "POST /holds/{hold_id}/booking": CUSTOMERS.only_for("customer"),
    "POST /holds/{hold_id}/payment": CUSTOMERS.only_for("customer"),
    "GET /payments": CUSTOMERS,
    "GET /payments/{payment_id}": CUSTOMERS.only_for("customer"),
    "POST /payments/{payment_id}/confirm": CUSTOMERS.only_for("customer"),
    # The provider's, who signs nothing: so nothing of it is believed.
    "POST /payments/events": ANYBODY,
    "GET /favourites": CUSTOMERS,
    "PUT /favourites/{salon_id}": CUSTOMERS,
    "DELETE /favourites/{salon_id}": CUSTOMERS,
    "GET /blocks": PEOPLE,
    "DELETE /blocks/{account_id}": PEOPLE,
    "PUT /rooms/{room_id}/block": PEOPLE.only_for("customer", "groomer"),
    "PUT /bookings/{booking_id}/block": PEOPLE.only_for("customer", "groomer"),
    "GET /bookings": SIGNED_IN,
    "POST /bookings": CUSTOMERS,
    "GET /bookings/{booking_id}": SIGNED_IN.only_for("customer", "groomer"),
    "GET /bookings/{booking_id}/rebooking": CUSTOMERS.only_for("customer"),
    "POST /bookings/{booking_id}/reschedule": CUSTOMERS.only_for("customer"),
    "POST /bookings/{booking_id}/cancel": SIGNED_IN.only_for("customer", "groomer"),
    "POST /bookings/{booking_id}/complete": GROOMERS.only_for("groomer"),
    "POST /bookings/{booking_id}/no-show": GROOMERS.only_for("groomer"),
    "POST /bookings/{booking_id}/review": CUSTOMERS.only_for("customer"),
    "GET /reviews": PEOPLE,
    "GET /reviews/{review_id}": PEOPLE.only_for("customer", "groomer"),
    "PUT /reviews/{review_id}": CUSTOMERS.only_for("customer"),
    "DELETE /reviews/{review_id}": CUSTOMERS.only_for("customer"),
    "PUT /reviews/{review_id}/reply": GROOMERS.only_for("groomer"),
    "DELETE /reviews/{review_id}/reply": GROOMERS.only_for("groomer"),
    "PUT /reviews/{review_id}/report": PEOPLE,
    "GET /calendar-feeds": PEOPLE,
    "POST /calendar-feeds": PEOPLE,
    "DELETE /calendar-feeds/{feed_id}": PEOPLE.only_for("customer"),
    # Whoever has the secret of its address.
    "GET /calendar.ics": ANYBODY,
    "GET /rooms": SIGNED_IN,
    "POST /rooms": CUSTOMERS,
    "GET /rooms/{room_id}/messages": SIGNED_IN.only_for("customer", "groomer"),
    "GET /notifications": SIGNED_IN,
    "POST /notifications/read": SIGNED_IN,
    "POST /page-reports": ANYBODY,
    "GET /coupons": SIGNED_IN,
    "GET /coupon-events": ANYBODY,
    "POST /coupon-events": OPERATORS,
    "GET /coupon-events/{event_id}": ANYBODY,
    "GET /coupon-events/{event_id}/draw": ANYBODY,
    "GET /coupon-events/{event_id}/issue-log": ANYBODY,
    "GET /coupon-events/{event_id}/audit": OPERATORS,
    "GET /coupon-events/{event_id}/winner-clusters": OPERATORS,
    "POST /coupon-events/{event_id}/publish": OPERATORS,
    "POST /coupon-events/{event_id}/open": OPERATORS,
    "POST /coupon-events/{event_id}/pause": OPERATORS,
    "POST /coupon-events/{event_id}/resume": OPERATORS,
    "POST /coupon-events/{event_id}/close": OPERATORS,
    "POST /coupon-events/{event_id}/pace": OPERATORS,
    "POST /coupon-events/{event_id}/message": OPERATORS,
}


def row_name(method: str, route: str) -> str:
    """Of a route as Django writes it: `POST /bookings/{booking_id}/cancel`. HEAD is judged as GET."""
    path = _CONVERTER.sub(r"{\1}", route).removeprefix(_API)
    return f"{'GET' if method == 'HEAD' else method} {path}"


class ByTable(BasePermission):
    """DRF answers a refusal with 401 to strangers and with 403 to those of another role."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        match = request._request.resolver_match  # noqa: SLF001  # DRF has no public name for it
        access = ACCESS.get(row_name(request.method or "", match.route)) if match else None
        if access is None:
            return False
        identity = cast(Identity | None, request.user)
        return access.roles is None or (identity is not None and identity.role in access.roles)
