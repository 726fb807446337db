"""The endpoints of blocks. One begins where the other is met: at a room or a booking (chat, bookings)."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import PAGE_PARAMETERS, answers
from api.paging import listed, page_of
from blocks.queries import blocks_of
from blocks.serializers import BlocksShown
from blocks.services import unblock
from salon_contracts.http.problem import Forbidden, NotFound

NEWEST_FIRST = ("-since", "-id")


class BlocksView(APIView):
    @extend_schema(
        operation_id="list_my_blocks", parameters=PAGE_PARAMETERS, responses=answers({200: BlocksShown}, Forbidden)
    )
    def get(self, request: Request) -> Response:
        """List whom I have blocked, the newest first."""
        page = page_of(request.query_params)

        mine = blocks_of(account_id=asker(request).account_id)

        return Response(BlocksShown(listed(mine, page=page, order=NEWEST_FIRST)).data)


class BlockView(APIView):
    @extend_schema(operation_id="unblock", request=None, responses=answers({204: None}, NotFound, Forbidden))
    def delete(self, request: Request, account_id: int) -> Response:
        """Let somebody come again. They need not be blocked."""
        unblock(account_id=account_id, by=by_asker(request))

        return Response(status=204)
