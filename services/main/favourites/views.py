"""The endpoints of favourites."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import PAGE_PARAMETERS, answers
from api.paging import listed, page_of
from favourites.errors import TooManyFavourites
from favourites.queries import favourites_of
from favourites.serializers import FavouriteShown, FavouritesShown
from favourites.services import keep_salon, let_salon_go
from salon_contracts.http.problem import Forbidden, NotFound

NEWEST_FIRST = ("-since", "-id")


class FavouritesView(APIView):
    @extend_schema(
        operation_id="list_my_favourites",
        parameters=PAGE_PARAMETERS,
        responses=answers({200: FavouritesShown}, Forbidden),
    )
    def get(self, request: Request) -> Response:
        """List the salons that I keep, the newest first."""
        page = page_of(request.query_params)

        mine = favourites_of(account_id=asker(request).account_id)

        return Response(FavouritesShown(listed(mine, page=page, order=NEWEST_FIRST)).data)


class FavouriteView(APIView):
    @extend_schema(
        operation_id="keep_salon",
        request=None,
        responses=answers({200: FavouriteShown}, NotFound, TooManyFavourites, Forbidden),
    )
    def put(self, request: Request, salon_id: int) -> Response:
        """Keep a salon among my favourites. A second time changes nothing."""
        kept = keep_salon(salon_id=salon_id, by=by_asker(request))

        return Response(FavouriteShown(kept).data)

    @extend_schema(operation_id="let_salon_go", request=None, responses=answers({204: None}, NotFound, Forbidden))
    def delete(self, request: Request, salon_id: int) -> Response:
        """Let a salon go. It need not be among my favourites."""
        let_salon_go(salon_id=salon_id, by=by_asker(request))

        return Response(status=204)
