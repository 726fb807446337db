"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from blocks.views import BlocksView, BlockView

urlpatterns = [
    path("blocks", BlocksView.as_view()),
    path("blocks/<id:account_id>", BlockView.as_view()),
]
