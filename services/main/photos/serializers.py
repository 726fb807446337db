"""What clients send and see of photos: answers and the OpenAPI document are made here."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.inputs.body_fields import StrictIntegerField, StrictSerializer
from api.language import words
from photos.models import Photo
from photos.reencoding.refusals import REASONS
from photos.reencoding.sizes import CONTENT_TYPES, MAX_BYTES
from photos.services import Begun
from salons.serializers import SizesShown


class PhotoInput(StrictSerializer):
    purpose = serializers.ChoiceField(choices=Photo.Purpose.choices)
    content_type = serializers.ChoiceField(choices=[(one, one) for one in CONTENT_TYPES])
    size = StrictIntegerField(min_value=1, max_value=MAX_BYTES, help_text="bytes of the file")


class RefusalShown(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=sorted(REASONS))
    detail = serializers.CharField()


class PhotoShown(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices=Photo.Purpose.choices)
    state = serializers.ChoiceField(choices=Photo.State.choices)
    width = serializers.IntegerField(allow_null=True, help_text="of the large one, in pixels")
    height = serializers.IntegerField(allow_null=True)
    sizes = serializers.SerializerMethodField(help_text="null until it is ready")
    refusal = serializers.SerializerMethodField(help_text="why it was refused, else null")

    @extend_schema_field(SizesShown(allow_null=True))
    def get_sizes(self, photo: Photo) -> dict[str, str] | None:
        return photo.sizes if photo.state == Photo.State.READY else None

    @extend_schema_field(RefusalShown(allow_null=True))
    def get_refusal(self, photo: Photo) -> dict[str, str] | None:
        if photo.state != Photo.State.REFUSED:
            return None
        en, ko = REASONS[photo.refused_as]
        return {"code": photo.refused_as, "detail": words(en=en, ko=ko)}


class UploadShown(serializers.Serializer[Any]):
    """Post multipart/form-data to `url`: each of `fields` as it is, and last the file, in a field named `file`."""

    url = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]  # S3's own word
    ends_at = serializers.DateTimeField()
    max_bytes = serializers.IntegerField()


class PhotoWithFormShown(PhotoShown):
    upload = serializers.SerializerMethodField(help_text="null once it has been finished")

    @extend_schema_field(UploadShown(allow_null=True))
    def get_upload(self, photo: Photo) -> dict[str, Any] | None:
        begun: Begun = self.context["begun"]
        if begun.form is None:
            return None
        return {
            "url": begun.form.url,
            "fields": begun.form.fields,
            "ends_at": photo.form_ends_at,
            "max_bytes": photo.declared_bytes,
        }
