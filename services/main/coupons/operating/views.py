"""The endpoints of coupon events: what everybody reads of them, and what operators do to them."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.callers.browsing import browsing
from api.documents.openapi_answers import IDEMPOTENCY_KEY_PARAMETER, PAGE_PARAMETERS, answers
from api.inputs.body_fields import (
    CleanLineField,
    CleanTextField,
    MomentField,
    StrictBooleanField,
    StrictIntegerField,
    StrictSerializer,
)
from api.paging import listed, page_of
from api.public import PublicView
from coupons.errors import AlreadyOver, NotADraft, NotPublished
from coupons.events.queries import coupon_event_for, coupon_events_for
from coupons.events.serializers import CouponEventPage, CouponEventShown
from coupons.models.event import (
    HIGHEST_DISCOUNT_WON,
    HIGHEST_PACE_PER_SECOND,
    LINE_ORDERS,
    MESSAGE_LENGTH,
    MOST_COUPONS,
    MOST_WAITING,
    TITLE_LENGTH,
    USUAL_MAX_WAITING,
)
from coupons.operating import services
from coupons.operating.queries import audit_of
from coupons.operating.serializers import AuditPage
from coupons.operating.terms import Terms
from idempotency.errors import KeyUsedForAnother
from salon_contracts.events.coupons import LineOrder
from salon_contracts.http.problem import Forbidden, UnknownCouponEvent


class CouponEventsView(PublicView):
    class Input(StrictSerializer):
        title = CleanLineField(max_length=TITLE_LENGTH)
        quantity = StrictIntegerField(min_value=1, max_value=MOST_COUPONS)
        discount_won = StrictIntegerField(min_value=1, max_value=HIGHEST_DISCOUNT_WON)
        opens_at = MomentField()
        closes_at = MomentField()
        max_waiting = StrictIntegerField(min_value=1, max_value=MOST_WAITING, default=USUAL_MAX_WAITING)
        pace_ceiling_per_second = StrictIntegerField(
            min_value=1, max_value=HIGHEST_PACE_PER_SECOND, allow_null=True, default=None
        )
        rehearsal = StrictBooleanField(default=False)
        line_order = serializers.ChoiceField(choices=LINE_ORDERS, default=LineOrder.FIFO)
        needs_confirmed_email = StrictBooleanField(default=False)
        needs_account_before = MomentField(allow_null=True, default=None)
        needs_dog = StrictBooleanField(default=False)

    @browsing
    @extend_schema(
        operation_id="list_coupon_events", parameters=PAGE_PARAMETERS, responses=answers({200: CouponEventPage})
    )
    def get(self, request: Request) -> Response:
        """List the published coupon events, the latest opening first. Operators see drafts and rehearsals too."""
        page = page_of(request.query_params)
        events = coupon_events_for(sees_drafts=_is_operator(request))

        return Response(CouponEventPage(listed(events, page=page, order=("-opens_at", "-id"))).data)

    @extend_schema(
        operation_id="create_coupon_event",
        request=Input,
        parameters=[IDEMPOTENCY_KEY_PARAMETER],
        responses=answers({201: CouponEventShown}, KeyUsedForAnother),
    )
    def post(self, request: Request) -> Response:
        """Create a draft of a coupon event. The same request again (Idempotency-Key) is answered with that draft."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        rehearsal = data.validated_data.pop("rehearsal")
        create = services.create_rehearsal if rehearsal else services.create_coupon_event

        event = create(
            terms=Terms(**data.validated_data),
            by=by_asker(request),
        )

        return Response(CouponEventShown(event).data, status=201)


class CouponEventDetailView(PublicView):
    @browsing
    @extend_schema(operation_id="get_coupon_event", responses=answers({200: CouponEventShown}, UnknownCouponEvent))
    def get(self, request: Request, event_id: UUID) -> Response:
        """Read one coupon event."""
        event = coupon_event_for(event_id=event_id, sees_drafts=_is_operator(request))

        return Response(CouponEventShown(event).data)


class CouponEventActView(APIView):
    """One act of the operator. Each has a view of its own, made of this one by `act_view`."""

    class Input(StrictSerializer):
        """An act says everything by its address."""

    act_name: services.ActName = "publish"

    @extend_schema(
        request=Input,
        responses=answers({200: CouponEventShown}, UnknownCouponEvent, NotADraft, NotPublished, AlreadyOver),
    )
    def post(self, request: Request, event_id: UUID) -> Response:
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        event = services.ACTS[self.act_name](
            event_id=event_id,
            by=by_asker(request),
        )

        return Response(CouponEventShown(event).data)


_ACT_SUMMARIES: dict[services.ActName, str] = {
    "publish": "Publish a draft: from now on everybody sees it, and its terms stand.",
    "open": "Open the line now, before its time.",
    "pause": "Pause the line: people may still join, and nobody is served.",
    "resume": "Resume a paused line.",
    "close": "Close the line for good, before its time.",
}


def act_view(name: services.ActName) -> type[CouponEventActView]:
    """The view of one act, with its own words in the document."""
    described = extend_schema(
        operation_id=f"{name}_coupon_event",
        description=f"{_ACT_SUMMARIES[name]} An event that is so already is answered as it is (200).",
    )
    view: type[CouponEventActView] = type(f"{name.title()}View", (CouponEventActView,), {"act_name": name})
    return extend_schema_view(post=described)(view)


class CouponEventPaceView(APIView):
    class Input(StrictSerializer):
        pace_ceiling_per_second = StrictIntegerField(min_value=1, max_value=HIGHEST_PACE_PER_SECOND, allow_null=True)

    @extend_schema(
        operation_id="set_coupon_event_pace",
        request=Input,
        responses=answers({200: CouponEventShown}, UnknownCouponEvent, NotPublished),
    )
    def post(self, request: Request, event_id: UUID) -> Response:
        """Set how many people a second are served at most; null lifts the ceiling."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        event = services.set_pace(
            event_id=event_id,
            ceiling_per_second=data.validated_data["pace_ceiling_per_second"],
            by=by_asker(request),
        )

        return Response(CouponEventShown(event).data)


class CouponEventMessageView(APIView):
    class Input(StrictSerializer):
        ko = CleanTextField(max_length=MESSAGE_LENGTH, allow_blank=True)
        en = CleanTextField(max_length=MESSAGE_LENGTH, allow_blank=True)

    @extend_schema(
        operation_id="set_coupon_event_message",
        request=Input,
        responses=answers({200: CouponEventShown}, UnknownCouponEvent, NotPublished),
    )
    def post(self, request: Request, event_id: UUID) -> Response:
        """Show a message to everybody who waits in line; two empty texts take it back."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        event = services.set_message(
            event_id=event_id,
            **data.validated_data,
            by=by_asker(request),
        )

        return Response(CouponEventShown(event).data)


class CouponEventAuditView(APIView):
    @extend_schema(
        operation_id="list_coupon_event_audit",
        parameters=PAGE_PARAMETERS,
        responses=answers({200: AuditPage}, UnknownCouponEvent, Forbidden),
    )
    def get(self, request: Request, event_id: UUID) -> Response:
        """List what operators did to a coupon event, the newest first."""
        page = page_of(request.query_params)
        entries = audit_of(event_id=event_id)

        return Response(AuditPage(listed(entries, page=page, order=("-id",))).data)


def _is_operator(request: Request) -> bool:
    return bool(request.user) and asker(request).role == "operator"
