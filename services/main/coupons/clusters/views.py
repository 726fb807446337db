"""The endpoint of clusters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.authentication import asker
from api.documents.openapi_answers import answers
from coupons.clusters.queries import MOST_CLUSTERS, MOST_SHOWN, Cluster, clusters_of
from salon_contracts.http.problem import Forbidden, UnknownCouponEvent
from salon_kit.logs import get_logger

log = get_logger(__name__)


class ClusteredWinner(serializers.Serializer[Any]):
    serial = serializers.IntegerField()
    account_id = serializers.IntegerField()
    account_made_at = serializers.DateTimeField()


class ClusterShown(serializers.Serializer[Cluster]):
    kind = serializers.ChoiceField(choices=["network", "device"])
    place = serializers.CharField(help_text="a name for it within this list; no address can be read from it")
    size = serializers.IntegerField()
    winners = ClusteredWinner(many=True, help_text=f"the first {MOST_SHOWN} by serial")


class ClustersShown(serializers.Serializer[Any]):
    issued = serializers.IntegerField(help_text="coupons of the event")
    known = serializers.IntegerField(help_text="winners of whom it is still known from where they signed in")
    items = ClusterShown(many=True, help_text=f"the {MOST_CLUSTERS} largest")


class WinnerClustersView(APIView):
    @extend_schema(
        operation_id="list_winner_clusters", responses=answers({200: ClustersShown}, UnknownCouponEvent, Forbidden)
    )
    def get(self, request: Request, event_id: UUID) -> Response:
        """Groups of winners who signed in from one network or one device within the last thirty days.

        A family, an office or a carrier is one network too: what a group means is for the operator to judge.
        """
        found = clusters_of(event_id=event_id)
        log.info("winner_clusters_read", account_id=asker(request).account_id, coupon_event_id=str(event_id))

        return Response(ClustersShown(found).data)
