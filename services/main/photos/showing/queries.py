"""What is shown of a salon and of a dog."""

from __future__ import annotations

from uuid import UUID

from photos.models import Photo
from salon_contracts.http.problem import NotFound
from salons.models import Salon


def gallery_of(*, salon_id: int) -> list[Photo]:
    """In its owner's order."""
    return list(Photo.objects.filter(salon_id=salon_id).order_by("place", "pk"))


def public_gallery(*, salon_id: int) -> list[Photo]:
    """Raises NotFound when there is no such salon."""
    if not Salon.objects.filter(pk=salon_id).exists():
        raise NotFound
    return gallery_of(salon_id=salon_id)


def photo_of_dog(*, dog_id: UUID) -> Photo:
    """Raises NotFound when it has none."""
    photo = Photo.objects.filter(dog_id=dog_id).first()
    if photo is None:
        raise NotFound
    return photo
