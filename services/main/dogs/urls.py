"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from dogs.views import BreedsView, DogsView, DogView

urlpatterns = [
    path("breeds", BreedsView.as_view()),
    path("dogs", DogsView.as_view()),
    path("dogs/<any_case_uuid:dog_id>", DogView.as_view()),
]
