"""Reviews for operators: to read, and to take out of sight. Their words are nobody's to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.operators.pages import ReadByOperators, is_operator
from reviews.models import Rating, Report, Review
from reviews.reporting import hide_review, show_review


@admin.register(Review)
class ReviewAdmin(ReadByOperators):
    """The most reported first. Each act is noted in the log of the admin."""

    list_display = ("written_at", "salon", "stars", "text", "report_count", "hidden_at")
    list_filter = ("stars", ("hidden_at", admin.EmptyFieldListFilter))
    list_select_related = ("salon",)
    search_fields = ("salon__name", "booking__customer__email", "text")
    fields = readonly_fields = (
        "booking", "salon", "stars", "text", "written_at", "edited_at", "reply", "replied_at", "hidden_at",
    )  # fmt: skip
    actions = ("hide", "show")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        rows: QuerySet[Review] = super().get_queryset(request)
        return rows.annotate(reported=Count("reports")).order_by("-reported", "-written_at")

    @admin.display(description="신고", ordering="reported")
    def report_count(self, review: Any) -> int:
        return int(review.reported)

    @admin.action(description="가리기")
    def hide(self, request: HttpRequest, chosen: QuerySet[Review]) -> None:
        now = timezone.now()
        self._each(request, chosen, lambda review_id: hide_review(review_id, now=now), "가림")

    @admin.action(description="다시 보이기")
    def show(self, request: HttpRequest, chosen: QuerySet[Review]) -> None:
        self._each(request, chosen, show_review, "다시 보임")

    def _each(self, request: HttpRequest, chosen: QuerySet[Review], act: Callable[[UUID], bool], what: str) -> None:
        if not is_operator(request):
            return
        changed = [review for review in chosen if act(review.pk)]
        for review in changed:
            self.log_change(request, review, what)
        self.message_user(request, f"{what}: {len(changed)}", messages.SUCCESS)


@admin.register(Report)
class ReportAdmin(ReadByOperators):
    list_display = ("reported_at", "reason", "review", "account")
    list_filter = ("reason",)
    list_select_related = ("review", "account")
    ordering = ("-reported_at",)


@admin.register(Rating)
class RatingAdmin(ReadByOperators):
    """`manage.py audit_ratings` compares them with the reviews."""

    list_display = ("salon", "count", "stars", "average")
    list_select_related = ("salon",)
    search_fields = ("salon__name",)
