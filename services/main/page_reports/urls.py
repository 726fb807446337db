"""The address of reports of the page."""

from __future__ import annotations

from django.urls import path

from page_reports.views import PageReportsView

urlpatterns = [path("page-reports", PageReportsView.as_view())]
