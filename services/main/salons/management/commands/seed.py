"""`manage.py seed`: a marketplace to look at, small or as large as all of Korea. Again and again gives the same."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import Account
from config.env import env
from salons.models import Groomer, OpeningHours, Region, Salon, Treatment, TreatmentKind, Weekday
from salons.seeding.writing import seed_salons
from salons.seeds import GROOMERS, LOGINS, PASSWORD, SALONS, TREATMENTS, SalonSeed
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = (
        "Make demo regions, salons, groomers, treatments and opening hours; on a local address also demo logins. "
        "--salons 100000 adds so many more, drawn by program, the same every time; what is there already stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--salons", type=int, default=0, help="how many drawn ones there are to be at the end")

    def handle(self, *args: Any, salons: int, **options: Any) -> None:
        self._demo()
        began = time.monotonic()

        def progress(there: int) -> None:
            self.stdout.write(f"{there:,} of {salons:,} drawn salons, {time.monotonic() - began:.0f} s")

        seed_salons(salons, now=timezone.now(), progress=progress)
        self.stdout.write(f"{Salon.objects.count()} salons, {Groomer.objects.count()} groomers")

    @transaction.atomic
    def _demo(self) -> None:
        may_sign_in = env.is_on_this_machine
        if not may_sign_in:
            self.stderr.write("no demo logins: their password is public, and MAIN_PUBLIC_URL is not this machine")
        for number, seed in enumerate(SALONS):
            _salon(seed, groomer_names=GROOMERS[2 * number : 2 * number + 2], first_login=may_sign_in and number == 0)
        if may_sign_in:
            for email, role, name in LOGINS:
                _login(email=email, role=role, name=name)


def _salon(seed: SalonSeed, *, groomer_names: list[str], first_login: bool) -> None:
    region, _ = Region.objects.get_or_create(city=seed.city, district=seed.district)
    latitude, longitude = seed.place
    salon, _ = Salon.objects.get_or_create(
        name=seed.name,
        region=region,
        defaults={
            "address": seed.address,
            "summary": seed.summary,
            "latitude": latitude,
            "longitude": longitude,
        },
    )
    for treatment in TREATMENTS:
        Treatment.objects.get_or_create(salon=salon, name=treatment["name"], defaults=treatment)
    _add_what_older_seeds_lack(salon, seed)
    for weekday in Weekday:
        if weekday != seed.closed_on:
            OpeningHours.objects.get_or_create(
                salon=salon, weekday=weekday, defaults={"opens_at": seed.opens_at, "closes_at": seed.closes_at}
            )
    for number, name in enumerate(groomer_names, start=1):
        if first_login and number == 1:
            account = _login(email="groomer@daengdaeng.test", role=Account.Role.GROOMER, name=name)
        else:
            email = f"groomer-{salon.pk}-{number}@daengdaeng.test"
            account, _ = Account.objects.get_or_create(
                email=email,
                defaults={"role": Account.Role.GROOMER, "name": name, "password": UNUSABLE_PASSWORD_PREFIX},
            )
            _confirm(account)
        defaults = {"salon": salon, "name": name, "owns_salon": number == 1}
        groomer, _ = Groomer.objects.get_or_create(account=account, defaults=defaults)
        if number == 1 and not groomer.owns_salon:
            Groomer.objects.filter(pk=groomer.pk).update(owns_salon=True)  # of seeds from before there were owners


def _add_what_older_seeds_lack(salon: Salon, seed: SalonSeed) -> None:
    """Where it stands, and of which kind its treatments are, unless somebody has said so since."""
    if salon.latitude is None:
        salon.latitude, salon.longitude = seed.place
        salon.save(update_fields=["latitude", "longitude"])
    for treatment in TREATMENTS:
        for old in salon.treatments.filter(name=treatment["name"], kind=TreatmentKind.OTHER):
            old.kind = treatment["kind"]
            old.save(update_fields=["kind"])


def _login(*, email: str, role: str, name: str) -> Account:
    account, _ = Account.objects.get_or_create(
        email=email,
        defaults={
            "role": role,
            "name": name,
            "is_staff": role == Account.Role.OPERATOR,
            "password": lambda: make_password(PASSWORD),
        },
    )
    _confirm(account)
    return account


def _confirm(account: Account) -> None:
    """No mail reaches these addresses."""
    Account.objects.filter(pk=account.pk, email_confirmed_at=None).update(email_confirmed_at=timezone.now())
