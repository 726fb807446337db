"""What belongs to no app: the description of the API."""

from __future__ import annotations

from django.urls import path

from api.documents.api_document import docs, docs_script, openapi

urlpatterns = [
    path("api/v1/openapi.json", openapi, name="openapi"),
    path("api/v1/docs", docs, name="docs"),
    path("api/v1/docs.js", docs_script),
]
