"""What a visit costs, before anybody signs in; and the rules of whoever owns the salon."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.caching import kept_shortly
from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.callers.browsing import browsing
from api.documents.openapi_answers import answers
from api.preconditions import IF_MATCH_PARAMETER, ChangedMeanwhile, Versions, with_etag
from api.public import AnonymousView
from prices.managing import set_price_rules
from prices.queries import prices_at, rules_of_own_salon
from prices.serializers import PriceRulesInput, PriceRulesShown, PricesInput, PricesShown
from salon_contracts.http.problem import Forbidden, NotFound


class PricesView(AnonymousView):
    class Input(PricesInput):
        """A dog, as far as it is known."""

    @kept_shortly
    @browsing
    @extend_schema(
        operation_id="list_prices_for_dog", parameters=[Input], responses=answers({200: PricesShown}, NotFound)
    )
    def get(self, request: Request, salon_id: int) -> Response:
        """Price each treatment of a salon for one dog, line by line."""
        data = self.Input(data=request.query_params)
        data.is_valid(raise_exception=True)

        priced = prices_at(salon_id=salon_id, weight_grams=data.validated_data["weight_grams"], facts=data.facts())

        return Response(PricesShown({"items": priced}).data)


class OwnPriceRulesView(APIView):
    class Input(PriceRulesInput):
        """All of the salon's rules."""

    @extend_schema(operation_id="list_my_price_rules", responses=answers({200: PriceRulesShown}, NotFound, Forbidden))
    def get(self, request: Request) -> Response:
        """Read the price rules of the salon that I own."""
        return _own_rules(request)

    @extend_schema(
        operation_id="set_my_price_rules",
        request=Input,
        parameters=[IF_MATCH_PARAMETER],
        responses=answers({200: PriceRulesShown}, NotFound, Forbidden, ChangedMeanwhile),
    )
    def put(self, request: Request) -> Response:
        """Set what raises or lowers my salon's prices: these rules and no others. What is booked keeps its price."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        set_price_rules(data.validated_data["rules"], by=by_asker(request), versions=Versions(request))

        return _own_rules(request)


def _own_rules(request: Request) -> Response:
    own = rules_of_own_salon(account_id=asker(request).account_id)
    return with_etag(Response(PriceRulesShown({"rules": own.rules}).data), own.version)
