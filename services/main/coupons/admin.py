"""The operator's pages. They change nothing themselves: every change goes through the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.operators.pages import ReadByOperators, is_operator
from api.callers.acting import by_user
from api.inputs.text import UnfitText, clean_line
from coupons.events.phases import phase_of, with_sold_out
from coupons.models import AuditEntry, Coupon, CouponEvent, RefusedClaim
from coupons.models.event import LINE_ORDERS
from coupons.operating import services
from coupons.operating.services import ActName
from coupons.operating.terms import Terms, check_times
from salon_contracts.events.coupons import LineOrder
from salon_contracts.http.problem import Problem

if TYPE_CHECKING:  # the class takes a parameter in the stubs only
    CouponEventModelForm = forms.ModelForm[CouponEvent]
else:
    CouponEventModelForm = forms.ModelForm

TERMS = (
    "title",
    "quantity",
    "discount_won",
    "opens_at",
    "closes_at",
    "max_waiting",
    "pace_ceiling_per_second",
    "line_order",
    "needs_confirmed_email",
    "needs_account_before",
    "needs_dog",
)


class CouponEventForm(CouponEventModelForm):
    """The terms of a draft. What its fields cannot check by themselves, the rule checks."""

    line_order = forms.ChoiceField(label="줄 순서", choices=LINE_ORDERS, required=False)

    class Meta:
        model = CouponEvent
        fields = TERMS

    def clean_title(self) -> str:
        """As at the API."""
        try:
            return clean_line(self.cleaned_data["title"])
        except UnfitText as unfit:
            raise ValidationError(str(unfit), code=unfit.code) from unfit

    def clean_line_order(self) -> LineOrder:
        """A draft whose form does not say it keeps what it has: the rule writes all terms."""
        return LineOrder(self.cleaned_data["line_order"] or self.instance.line_order)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                check_times(Terms(**data), now=timezone.now())
            except Problem as problem:
                for error in problem.facts["errors"]:
                    self.add_error(error["field"], error["detail"])
        return data


@admin.register(CouponEvent)
class CouponEventAdmin(ReadByOperators):
    form = CouponEventForm
    list_display = (
        *("title", "phase", "state", "paused", "rehearsal", "line_order", "quantity", "issued"),
        *("opens_at", "closes_at", "revision"),
    )
    list_filter = ("state", "paused", "rehearsal", "line_order")
    search_fields = ("title",)
    ordering = ("-opens_at",)
    readonly_fields = (
        "state",
        "paused",
        "revision",
        "message_ko",
        "message_en",
        "created_by",
        "created_at",
        "changed_at",
    )
    actions = ("publish", "open_now", "pause", "resume", "close")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_operator(request)

    def has_change_permission(self, request: HttpRequest, obj: CouponEvent | None = None) -> bool:
        return is_operator(request) and (obj is None or obj.state == CouponEvent.State.DRAFT)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> Any:
        # Django would wrap this in a transaction, but a rule owns its own.
        return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: CouponEvent, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        terms = Terms(**{name: form.cleaned_data[name] for name in TERMS})
        if change:
            saved = services.change_draft(event_id=obj.pk, terms=terms, by=by_user(request))
        else:
            saved = services.create_coupon_event(terms=terms, by=by_user(request))
        obj.__dict__.update(saved.__dict__)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CouponEvent]:
        return with_sold_out(super().get_queryset(request).select_related("draw"))

    @admin.display(description="지금")
    def phase(self, event: CouponEvent) -> str:
        return str(phase_of(event, now=timezone.now()).label)

    @admin.display(description="발급")
    def issued(self, event: CouponEvent) -> int:
        return event.coupons.count()

    @admin.action(description="공개하기", permissions=["change"])
    def publish(self, request: HttpRequest, events: QuerySet[CouponEvent]) -> HttpResponse | None:
        return self._act("publish", "공개", request, events)

    @admin.action(description="지금 열기", permissions=["change"])
    def open_now(self, request: HttpRequest, events: QuerySet[CouponEvent]) -> HttpResponse | None:
        return self._act("open", "지금 열기", request, events)

    @admin.action(description="일시 정지", permissions=["change"])
    def pause(self, request: HttpRequest, events: QuerySet[CouponEvent]) -> HttpResponse | None:
        return self._act("pause", "일시 정지", request, events)

    @admin.action(description="다시 시작", permissions=["change"])
    def resume(self, request: HttpRequest, events: QuerySet[CouponEvent]) -> HttpResponse | None:
        return self._act("resume", "다시 시작", request, events)

    @admin.action(description="종료하기 (되돌릴 수 없음)", permissions=["change"])
    def close(self, request: HttpRequest, events: QuerySet[CouponEvent]) -> HttpResponse | None:
        return self._act("close", "종료", request, events)

    def _act(
        self, name: ActName, title: str, request: HttpRequest, events: QuerySet[CouponEvent]
    ) -> HttpResponse | None:
        """First ask, then act on each, and say of each what came of it."""
        if "confirmed" not in request.POST:
            context = {**self.admin_site.each_context(request), "title": title, "events": events, "opts": self.opts}
            context["action"] = request.POST["action"]
            return TemplateResponse(request, "admin/coupons/confirm_act.html", context)
        for event in events:
            self._act_on(event.pk, name, title, request)
        return None

    def _act_on(self, event_id: UUID, name: ActName, title: str, request: HttpRequest) -> None:
        try:
            event = services.ACTS[name](event_id=event_id, by=by_user(request))
        except Problem as problem:
            self.message_user(request, f"{event_id}: {problem.title_ko}", messages.ERROR)
        else:
            self.log_change(request, event, title)
            self.message_user(request, f"{event.title}: {title} 완료", messages.SUCCESS)


@admin.register(Coupon)
class CouponAdmin(ReadByOperators):
    list_display = ("event", "serial", "number", "customer", "issued_at", "expires_at")
    list_filter = ("event",)
    list_select_related = ("event", "customer")
    search_fields = ("=id", "=customer__email")
    ordering = ("-issued_at",)


@admin.register(RefusedClaim)
class RefusedClaimAdmin(ReadByOperators):
    list_display = ("event_id", "claim_id", "customer_id", "serial", "reason", "refused_at")
    list_filter = ("reason",)
    search_fields = ("=event_id", "=claim_id")
    ordering = ("-id",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadByOperators):
    list_display = ("acted_at", "event", "act", "operator", "revision_after", "trace_id")
    list_filter = ("act", "event")
    list_select_related = ("event", "operator")
    search_fields = ("=trace_id", "=event__id")
    ordering = ("-id",)
