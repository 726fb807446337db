"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from photos.showing.views import DogPhotoView, OwnGalleryView, SalonPhotosView
from photos.views import FinishView, PhotosView, PhotoView

urlpatterns = [
    path("photos", PhotosView.as_view()),
    path("photos/<any_case_uuid:photo_id>", PhotoView.as_view()),
    path("photos/<any_case_uuid:photo_id>/finish", FinishView.as_view()),
    path("salons/mine/photos", OwnGalleryView.as_view()),
    path("salons/<id:salon_id>/photos", SalonPhotosView.as_view()),
    path("dogs/<any_case_uuid:dog_id>/photo", DogPhotoView.as_view()),
]
