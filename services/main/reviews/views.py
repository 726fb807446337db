"""The endpoints of reviews."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.caching import kept_shortly
from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.callers.browsing import browsing
from api.documents.openapi_answers import IDEMPOTENCY_KEY_PARAMETER, PAGE_PARAMETERS, answers
from api.paging import listed, page_of
from api.public import AnonymousView
from idempotency.errors import KeyUsedForAnother, WhatItMadeIsGone
from reviews.errors import (
    OwnReview,
    ReviewedAlready,
    ReviewIsHidden,
    TooLateToReview,
    TooManyReports,
    VisitNotCompleted,
)
from reviews.models import Report
from reviews.queries import review_of, reviews_of, reviews_of_salon
from reviews.reporting import report_review
from reviews.serializers import (
    MyReviewShown,
    MyReviewsShown,
    ReplyInput,
    ReportInput,
    ReviewInput,
    ReviewsShown,
)
from reviews.services import Words, change_review, reply, take_review_back, write_review
from salon_contracts.http.problem import Forbidden, NotFound

NEWEST_FIRST = ("-written_at", "-id")


class SalonReviewsView(AnonymousView):
    @kept_shortly
    @browsing
    @extend_schema(
        operation_id="list_reviews_of_salon",
        parameters=PAGE_PARAMETERS,
        responses=answers({200: ReviewsShown}, NotFound),
    )
    def get(self, request: Request, salon_id: int) -> Response:
        """List what customers said of their visits to a salon, the newest first."""
        page = page_of(request.query_params)

        shown = reviews_of_salon(salon_id=salon_id)

        return Response(ReviewsShown(listed(shown, page=page, order=NEWEST_FIRST)).data)


class BookingReviewView(APIView):
    class Input(ReviewInput):
        """What is said of a visit."""

    @extend_schema(
        operation_id="write_review",
        request=Input,
        parameters=[IDEMPOTENCY_KEY_PARAMETER],
        responses=answers(
            {200: MyReviewShown, 201: MyReviewShown},
            NotFound,
            VisitNotCompleted,
            TooLateToReview,
            ReviewedAlready,
            KeyUsedForAnother,
            WhatItMadeIsGone,
            Forbidden,
        ),
    )
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Review a visit of mine that took place, once. The same request again answers 200."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        written = write_review(booking_id, Words(**data.validated_data), by=by_asker(request))

        return Response(MyReviewShown(written.review).data, status=201 if written.is_new else 200)


class ReviewsView(APIView):
    @extend_schema(
        operation_id="list_my_reviews",
        parameters=PAGE_PARAMETERS,
        responses=answers({200: MyReviewsShown}, Forbidden),
    )
    def get(self, request: Request) -> Response:
        """List the reviews that I wrote, or as a groomer those of my visits, the newest first."""
        page = page_of(request.query_params)

        mine = reviews_of(account_id=asker(request).account_id)

        return Response(MyReviewsShown(listed(mine, page=page, order=NEWEST_FIRST)).data)


class ReviewView(APIView):
    class Input(ReviewInput):
        """What is said instead."""

    @extend_schema(operation_id="get_review", responses=answers({200: MyReviewShown}, NotFound, Forbidden))
    def get(self, request: Request, review_id: UUID) -> Response:
        """Read a review that I wrote, or that is of a visit to me."""
        review = review_of(account_id=asker(request).account_id, review_id=review_id)

        return Response(MyReviewShown(review).data)

    @extend_schema(
        operation_id="change_review",
        request=Input,
        responses=answers({200: MyReviewShown}, NotFound, TooLateToReview, ReviewIsHidden, Forbidden),
    )
    def put(self, request: Request, review_id: UUID) -> Response:
        """Say something else in a review of mine."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        review = change_review(review_id, Words(**data.validated_data), by=by_asker(request))

        return Response(MyReviewShown(review).data)

    @extend_schema(
        operation_id="take_review_back",
        request=None,
        responses=answers({204: None}, NotFound, ReviewIsHidden, Forbidden),
    )
    def delete(self, request: Request, review_id: UUID) -> Response:
        """Take a review of mine back, for good."""
        take_review_back(review_id, by=by_asker(request))

        return Response(status=204)


class ReplyView(APIView):
    class Input(ReplyInput):
        """The groomer's answer."""

    @extend_schema(
        operation_id="reply_to_review", request=Input, responses=answers({200: MyReviewShown}, NotFound, Forbidden)
    )
    def put(self, request: Request, review_id: UUID) -> Response:
        """Reply to a review of a visit to me. Another reply takes the place of the one before."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        review = reply(review_id, data.validated_data["text"], by=by_asker(request))

        return Response(MyReviewShown(review).data)

    @extend_schema(operation_id="take_reply_back", request=None, responses=answers({204: None}, NotFound, Forbidden))
    def delete(self, request: Request, review_id: UUID) -> Response:
        """Take my reply back. It need not be there."""
        reply(review_id, "", by=by_asker(request))

        return Response(status=204)


class ReportView(APIView):
    class Input(ReportInput):
        """Why it should not be there."""

    @extend_schema(
        operation_id="report_review",
        request=Input,
        responses=answers({204: None}, NotFound, OwnReview, TooManyReports, Forbidden),
    )
    def put(self, request: Request, review_id: UUID) -> Response:
        """Say that a review should not be there. An operator decides; again, the later reason stands."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        report_review(review_id, Report.Reason(data.validated_data["reason"]), by=by_asker(request))

        return Response(status=204)
