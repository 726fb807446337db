"""The endpoints of dogs and breeds."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.caching import kept_shortly
from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import IDEMPOTENCY_KEY_PARAMETER, PAGE_PARAMETERS, answers
from api.paging import listed, page_of
from api.preconditions import IF_MATCH_PARAMETER, ChangedMeanwhile, Versions, with_etag
from api.public import AnonymousView
from dogs import queries
from dogs.breeds import BREEDS
from dogs.errors import TooManyDogs
from dogs.serializers import BreedsShown, DogInput, DogShown, DogsShown
from dogs.services import add_dog, change_dog, remove_dog
from idempotency.errors import KeyUsedForAnother, WhatItMadeIsGone
from salon_contracts.http.problem import Forbidden, NotFound


class DogsView(APIView):
    class Input(DogInput):
        """A dog."""

    @extend_schema(
        operation_id="list_my_dogs", parameters=PAGE_PARAMETERS, responses=answers({200: DogsShown}, Forbidden)
    )
    def get(self, request: Request) -> Response:
        """List my dogs, in the order in which they came."""
        page = page_of(request.query_params)

        mine = queries.dogs_with_photos(account_id=asker(request).account_id)

        return Response(DogsShown(listed(mine, page=page, order=("created_at", "id"))).data)

    @extend_schema(
        operation_id="add_dog",
        request=Input,
        parameters=[IDEMPOTENCY_KEY_PARAMETER],
        responses=answers({200: DogShown, 201: DogShown}, TooManyDogs, KeyUsedForAnother, WhatItMadeIsGone, Forbidden),
    )
    def post(self, request: Request) -> Response:
        """Add a dog of mine. The same request again (Idempotency-Key) is answered with the dog it made, and 200."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        added = add_dog(data.validated_data, by=by_asker(request))

        response = Response(DogShown(added.dog).data, status=201 if added.is_new else 200)
        return with_etag(response, added.dog.version)


class DogView(APIView):
    class Input(DogInput):
        """What is to change."""

    @extend_schema(operation_id="get_dog", responses=answers({200: DogShown}, NotFound, Forbidden))
    def get(self, request: Request, dog_id: UUID) -> Response:
        """Read one of my dogs."""
        dog = queries.dog_of(account_id=asker(request).account_id, dog_id=dog_id)

        return with_etag(Response(DogShown(dog).data), dog.version)

    @extend_schema(
        operation_id="change_dog",
        request=Input,
        parameters=[IF_MATCH_PARAMETER],
        responses=answers({200: DogShown}, NotFound, Forbidden, ChangedMeanwhile),
    )
    def patch(self, request: Request, dog_id: UUID) -> Response:
        """Change what is sent of a dog of mine, and leave the rest."""
        data = self.Input(data=request.data, partial=True)
        data.is_valid(raise_exception=True)

        dog = change_dog(dog_id, data.validated_data, by=by_asker(request), versions=Versions(request))

        return with_etag(Response(DogShown(dog).data), dog.version)

    @extend_schema(
        operation_id="remove_dog",
        request=None,
        parameters=[IF_MATCH_PARAMETER],
        responses=answers({204: None}, NotFound, Forbidden, ChangedMeanwhile),
    )
    def delete(self, request: Request, dog_id: UUID) -> Response:
        """Remove a dog of mine, with all that is written of it."""
        remove_dog(dog_id, by=by_asker(request), versions=Versions(request))

        return Response(status=204)


class BreedsView(AnonymousView):
    @kept_shortly
    @extend_schema(operation_id="list_breeds", responses=answers({200: BreedsShown}))
    def get(self, request: Request) -> Response:
        """List the breeds there are to choose from, mixed and unknown first, all at once."""
        return Response(BreedsShown({"items": [breed._asdict() for breed in BREEDS]}).data)
