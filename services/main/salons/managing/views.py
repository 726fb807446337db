"""The endpoints of a salon's owner."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import answers
from api.preconditions import IF_MATCH_PARAMETER, ChangedMeanwhile, Versions, with_etag
from salon_contracts.http.problem import Forbidden, NotFound
from salons.managing.errors import TreatmentIsBooked
from salons.managing.queries import own_salon
from salons.managing.serializers import OwnSalonShown, ProfileInput, TimesInput, TreatmentsInput
from salons.managing.services import change_profile, set_times
from salons.managing.treatments import set_treatments


class OwnSalonView(APIView):
    class Input(ProfileInput):
        """What is to change."""

    @extend_schema(operation_id="get_my_salon", responses=answers({200: OwnSalonShown}, NotFound, Forbidden))
    def get(self, request: Request) -> Response:
        """Read the salon that I own."""
        return _shown(request)

    @extend_schema(
        operation_id="change_my_salon",
        request=Input,
        parameters=[IF_MATCH_PARAMETER],
        responses=answers({200: OwnSalonShown}, NotFound, Forbidden, ChangedMeanwhile),
    )
    def patch(self, request: Request) -> Response:
        """Change what is sent of my salon, and leave the rest. It is found by what it says from now on."""
        data = self.Input(data=request.data, partial=True)
        data.is_valid(raise_exception=True)

        change_profile(data.validated_data, by=by_asker(request), versions=Versions(request))

        return _shown(request)


class OwnTimesView(APIView):
    class Input(TimesInput):
        """All of the salon's hours, breaks and closed days."""

    @extend_schema(
        operation_id="set_my_salons_times",
        request=Input,
        parameters=[IF_MATCH_PARAMETER],
        responses=answers({200: OwnSalonShown}, NotFound, Forbidden, ChangedMeanwhile),
    )
    def put(self, request: Request) -> Response:
        """Set when my salon is open: these times and no others. What is booked already stays booked."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        set_times(data.times(), by=by_asker(request), versions=Versions(request))

        return _shown(request)


class OwnTreatmentsView(APIView):
    class Input(TreatmentsInput):
        """All that the salon offers."""

    @extend_schema(
        operation_id="set_my_salons_treatments",
        request=Input,
        parameters=[IF_MATCH_PARAMETER],
        responses=answers({200: OwnSalonShown}, NotFound, Forbidden, ChangedMeanwhile, TreatmentIsBooked),
    )
    def put(self, request: Request) -> Response:
        """Set what my salon offers: these treatments and no others. What is booked keeps its price."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        set_treatments(data.offers(), by=by_asker(request), versions=Versions(request))

        return _shown(request)


def _shown(request: Request) -> Response:
    salon = own_salon(account_id=asker(request).account_id, now=timezone.now())
    return with_etag(Response(OwnSalonShown(salon).data), salon.version)
