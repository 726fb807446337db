from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SalonsConfig(AppConfig):
    name = "salons"
    keeps_accounts = ("salons.leaving.insist_on_no_groomer",)

    def ready(self) -> None:
        from salons.regions import load_after_migrating
        from salons.search.index.listening import connect

        post_migrate.connect(load_after_migrating, sender=self, dispatch_uid="salons.regions")
        connect(self)
