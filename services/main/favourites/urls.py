"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from favourites.views import FavouritesView, FavouriteView

urlpatterns = [
    path("favourites", FavouritesView.as_view()),
    path("favourites/<id:salon_id>", FavouriteView.as_view()),
]
