"""Django's admin, with our own site. It names the site only: models are not there yet when this is imported."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class SalonAdminConfig(AdminConfig):
    default_site = "accounts.operators.admin_site.SalonAdminSite"
