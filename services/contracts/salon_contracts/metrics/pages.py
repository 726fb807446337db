"""What the page in a browser reports of itself, one load in ten, and main counts: no word of it is anybody's own."""

from __future__ import annotations

from salon_contracts.metrics.definition import Label, counter, histogram

# The addresses of services/web/src/app/App.tsx; what is none of them is the last one.
PAGES = (
    "/",
    "/salons/:id",
    "/sign-in",
    "/confirm-email",
    "/reset-password",
    "/account",
    "/change-email",
    "/events",
    "/events/:id",
    "/events/new",
    "/operator/events/:id",
    "/coupons",
    "/bookings",
    "/notifications",
    "/rooms",
    "/rooms/:id",
    "*",
)
VITALS = ("ttfb", "fcp", "lcp", "inp")
RATINGS = ("good", "fair", "poor")
ERROR_KINDS = ("script", "promise")

_PAGE = Label("page", values=PAGES)

LOADS = counter("main_page_loads", "Page loads that reported themselves, which is one in ten", _PAGE)
VITAL_SECONDS = histogram(
    "main_page_vital_seconds",
    "Of a load, by where it began: first byte, first and largest paint, and the slowest answer to a click or a key",
    Label("vital", values=VITALS),
    _PAGE,
    buckets=(0.05, 0.1, 0.2, 0.5, 0.8, 1.2, 1.8, 2.5, 4, 6, 10),
)
LAYOUT_SHIFTS = counter(
    "main_page_layout_shifts",
    "Loads by how much their layout moved by itself: below 0.1, below 0.25, more",
    Label("rating", values=RATINGS),
    _PAGE,
)
ERRORS = counter(
    "main_page_errors",
    "Errors of scripts that nobody caught, of the loads that report themselves, by where they happened",
    Label("kind", values=ERROR_KINDS),
    _PAGE,
)

ALL = (LOADS, VITAL_SECONDS, LAYOUT_SHIFTS, ERRORS)
