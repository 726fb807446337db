"""The endpoints of photos. Their bytes go to the store and come from it, never through here."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import IDEMPOTENCY_KEY_PARAMETER, answers
from idempotency.errors import KeyUsedForAnother, WhatItMadeIsGone
from photos.errors import NothingUploaded, PhotoIsBeingChecked, TooManyPhotos
from photos.queries import photo_of
from photos.serializers import PhotoInput, PhotoShown, PhotoWithFormShown
from photos.services import begin_upload, finish_upload
from salon_contracts.http.problem import Forbidden, NotFound
from salon_contracts.http.refusals import Overloaded


class PhotosView(APIView):
    class Input(PhotoInput):
        """What is about to be uploaded."""

    @extend_schema(
        operation_id="upload_photo",
        request=Input,
        parameters=[IDEMPOTENCY_KEY_PARAMETER],
        responses=answers(
            {200: PhotoWithFormShown, 201: PhotoWithFormShown},
            *(TooManyPhotos, KeyUsedForAnother, WhatItMadeIsGone, Forbidden),
        ),
    )
    def post(self, request: Request) -> Response:
        """Begin to upload a photo: the answer has a form, to be posted to the store within ten minutes."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        begun = begin_upload(**data.validated_data, by=by_asker(request))

        shown = PhotoWithFormShown(begun.photo, context={"begun": begun})
        return Response(shown.data, status=201 if begun.is_new else 200)


class PhotoView(APIView):
    @extend_schema(operation_id="get_photo", responses=answers({200: PhotoShown}, NotFound, Forbidden))
    def get(self, request: Request, photo_id: UUID) -> Response:
        """Read a photo that I uploaded."""
        photo = photo_of(account_id=asker(request).account_id, photo_id=photo_id)

        return Response(PhotoShown(photo).data)


class FinishView(APIView):
    @extend_schema(
        operation_id="finish_photo",
        request=None,
        responses=answers({200: PhotoShown}, NotFound, Forbidden, NothingUploaded, PhotoIsBeingChecked, Overloaded),
    )
    def post(self, request: Request, photo_id: UUID) -> Response:
        """Say that a photo of mine has been posted: it is looked at and made anew. Again: the same answer."""
        photo = finish_upload(photo_id, by=by_asker(request))

        return Response(PhotoShown(photo).data)
