"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from chat.rooms.views import BlockOtherView, MessagesView, RoomsView

urlpatterns = [
    path("rooms", RoomsView.as_view()),
    path("rooms/<any_case_uuid:room_id>/messages", MessagesView.as_view()),
    path("rooms/<any_case_uuid:room_id>/block", BlockOtherView.as_view()),
]
