"""A groomer who can sign in, and the id under which customers know them."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from tests.harness.people import GROOMER_EMAIL, Person, stay_signed_in


@dataclass(frozen=True)
class Groomer:
    person: Person
    groomer_id: int


async def some_groomer(http: aiohttp.ClientSession) -> Groomer:
    """The demo groomer of the seed data, found by name among the salons."""
    person = await stay_signed_in(http, email=GROOMER_EMAIL)
    name = (await person.api.expect(200, method="GET", path="/api/v1/accounts/me"))["name"]
    salons = await person.api.expect(200, method="GET", path="/api/v1/salons", params={"limit": "100"})
    for salon in salons["items"]:
        shown = await person.api.expect(200, method="GET", path=f"/api/v1/salons/{salon['id']}")
        for groomer in shown["groomers"]:
            if groomer["name"] == name:
                return Groomer(person=person, groomer_id=groomer["id"])
    raise LookupError(f"no salon has a groomer named {name}")
