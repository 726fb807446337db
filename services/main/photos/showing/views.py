"""The endpoints of what photos are of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.caching import kept_shortly
from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.callers.browsing import browsing
from api.documents.openapi_answers import answers
from api.inputs.body_fields import AnyCaseUUIDField, StrictSerializer
from api.language import words
from api.preconditions import IF_MATCH_PARAMETER, ChangedMeanwhile, Versions, with_etag
from api.public import AnonymousView
from dogs.queries import dog_of
from photos.showing.queries import gallery_of, photo_of_dog, public_gallery
from photos.showing.services import MOST_IN_GALLERY, remove_dog_photo, set_dog_photo, set_gallery
from salon_contracts.http.problem import Forbidden, NotFound
from salons.managing.queries import own_salon_id
from salons.models import Salon
from salons.serializers import PhotoSizesShown


class GalleryShown(serializers.Serializer[Any]):
    """In the order in which they are shown; the first one stands for the salon."""

    items = PhotoSizesShown(many=True)


class SalonPhotosView(AnonymousView):
    @kept_shortly
    @browsing
    @extend_schema(operation_id="list_salon_photos", responses=answers({200: GalleryShown}, NotFound))
    def get(self, request: Request, salon_id: int) -> Response:
        """List the photos of a salon, all at once."""
        photos = public_gallery(salon_id=salon_id)

        return Response(GalleryShown({"items": photos}).data)


class OwnGalleryView(APIView):
    class Input(StrictSerializer):
        photo_ids = serializers.ListField(child=AnyCaseUUIDField(), max_length=MOST_IN_GALLERY)

        def validate_photo_ids(self, ids: list[UUID]) -> list[UUID]:
            if len(set(ids)) < len(ids):
                raise serializers.ValidationError(
                    ErrorDetail(words(en="Each once", ko="한 번씩만 적어 주세요"), code="repeated")
                )
            return ids

    @extend_schema(operation_id="list_my_salons_photos", responses=answers({200: GalleryShown}, NotFound, Forbidden))
    def get(self, request: Request) -> Response:
        """List the photos of the salon that I own."""
        return _own_gallery(request)

    @extend_schema(
        operation_id="set_my_salons_photos",
        request=Input,
        parameters=[IF_MATCH_PARAMETER],
        responses=answers({200: GalleryShown}, NotFound, Forbidden, ChangedMeanwhile),
    )
    def put(self, request: Request) -> Response:
        """Set which photos my salon shows, in which order: these and no others. What leaves the gallery is removed."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        set_gallery(data.validated_data["photo_ids"], by=by_asker(request), versions=Versions(request))

        return _own_gallery(request)


class DogPhotoView(APIView):
    class Input(StrictSerializer):
        photo_id = AnyCaseUUIDField()

    @extend_schema(operation_id="get_dog_photo", responses=answers({200: PhotoSizesShown}, NotFound, Forbidden))
    def get(self, request: Request, dog_id: UUID) -> Response:
        """Read the photo of a dog of mine."""
        dog = dog_of(account_id=asker(request).account_id, dog_id=dog_id)

        return with_etag(Response(PhotoSizesShown(photo_of_dog(dog_id=dog.pk)).data), dog.version)

    @extend_schema(
        operation_id="set_dog_photo",
        request=Input,
        parameters=[IF_MATCH_PARAMETER],
        responses=answers({200: PhotoSizesShown}, NotFound, Forbidden, ChangedMeanwhile),
    )
    def put(self, request: Request, dog_id: UUID) -> Response:
        """Set the photo of a dog of mine. The one before is removed."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        dog = set_dog_photo(dog_id, **data.validated_data, by=by_asker(request), versions=Versions(request))

        return with_etag(Response(PhotoSizesShown(photo_of_dog(dog_id=dog.pk)).data), dog.version)

    @extend_schema(
        operation_id="remove_dog_photo",
        request=None,
        parameters=[IF_MATCH_PARAMETER],
        responses=answers({204: None}, NotFound, Forbidden, ChangedMeanwhile),
    )
    def delete(self, request: Request, dog_id: UUID) -> Response:
        """Remove the photo of a dog of mine."""
        remove_dog_photo(dog_id, by=by_asker(request), versions=Versions(request))

        return Response(status=204)


def _own_gallery(request: Request) -> Response:
    salon = Salon.objects.get(pk=own_salon_id(account_id=asker(request).account_id))
    photos = gallery_of(salon_id=salon.pk)
    return with_etag(Response(GalleryShown({"items": photos}).data), salon.version)
