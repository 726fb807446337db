"""The endpoint of reports. Whoever sends one is asked for nothing and remembered by nothing."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.documents.openapi_answers import answers
from api.inputs.body_fields import StrictSerializer
from api.public import AnonymousView
from page_reports.services import count_report
from salon_contracts.metrics.pages import ERROR_KINDS, PAGES

# A page that slept in the background reports hours: that is no measure of us.
LONGEST_SECONDS, LARGEST_SHIFT, MOST_ERRORS = 120.0, 100.0, 5


class MeasuredField(serializers.FloatField):
    """A number: FloatField itself takes text, and "nan" is within all bounds and would spoil every sum."""

    def __init__(self, *, most: float) -> None:
        super().__init__(min_value=0, max_value=most, required=False)

    def to_internal_value(self, data: object) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class VitalsInput(StrictSerializer):
    """In seconds. What the browser does not measure is left out."""

    ttfb = MeasuredField(most=LONGEST_SECONDS)
    fcp = MeasuredField(most=LONGEST_SECONDS)
    lcp = MeasuredField(most=LONGEST_SECONDS)
    inp = MeasuredField(most=LONGEST_SECONDS)


class PageErrorInput(StrictSerializer):
    """Where, and of which kind. Not what: a message may have anything in it."""

    page = serializers.ChoiceField(PAGES)
    kind = serializers.ChoiceField(ERROR_KINDS)


class PageReportsView(AnonymousView):
    class Input(StrictSerializer):
        """How one load of the page went."""

        page = serializers.ChoiceField(PAGES, help_text="The template of the address that it began at.")
        vitals = VitalsInput()
        layout_shift = MeasuredField(most=LARGEST_SHIFT)
        failures = serializers.ListField(child=PageErrorInput(), max_length=MOST_ERRORS)

    @extend_schema(operation_id="report_page_load", request=Input, responses=answers({204: None}))
    def post(self, request: Request) -> Response:
        """Report how a load of the page went. Only counted: by page, without anything of the one who looked at it."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        report = data.validated_data
        count_report(
            page=report["page"],
            vitals=report["vitals"],
            layout_shift=report.get("layout_shift"),
            failures=report["failures"],
        )

        return Response(status=204)
