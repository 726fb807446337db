"""Who lives through the stories: customers and a groomer, each with what they do in words of the product."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import aiohttp

from tests.harness.api_client import ApiClient
from tests.harness.people import Person, register, sign_in
from tests.harness.system.mailbox import link_in_mail

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
Json = Any


def initials_of(name: str) -> str:
    """The first consonants, as people type them in a hurry: 댕댕살롱 is ㄷㄷㅅㄹ."""
    letters = unicodedata.normalize("NFC", name)
    return "".join(INITIALS[(ord(one) - 0xAC00) // 588] for one in letters if 0xAC00 <= ord(one) <= 0xD7A3)


@dataclass
class Customer:
    person: Person
    dogs: list[Json] = field(default_factory=list)

    @classmethod
    async def new(cls, http: aiohttp.ClientSession) -> Customer:
        """Signed up, with an address that is confirmed by the link in its mail."""
        new = await register(http)
        link = await link_in_mail(new.email, "confirm-email")
        confirmation = {"token": link.partition("#")[2]}
        await ApiClient(http).expect(
            200, method="POST", path="/api/v1/accounts/email-confirmations", json_body=confirmation
        )
        return cls(await sign_in(http, email=new.email, password=new.password))

    async def get(self, path: str, **params: str) -> Json:
        return await self.person.api.expect(200, method="GET", path=f"/api/v1/{path}", params=params)

    async def post(self, path: str, body: Json, *, status: int = 201) -> Json:
        return await self.person.api.expect(status, method="POST", path=f"/api/v1/{path}", json_body=body)

    async def delete(self, path: str) -> None:
        await self.person.api.expect(204, method="DELETE", path=f"/api/v1/{path}")

    async def add_dog(self, name: str, *, breed: str, weight_grams: int, coat: str) -> None:
        dog = {"name": name, "breed": breed, "weight_grams": weight_grams, "coat": coat}
        besides = {"born_in": "2021-03", "sex": "female", "neutered": "yes"}
        self.dogs.append(await self.post("dogs", {**dog, **besides}))

    async def find_salon(self, words: str) -> Json:
        found = await self.get("salons", q=words)
        return await self.get(f"salons/{found['items'][0]['id']}")

    def visit(self, treatment: Json) -> list[dict[str, Any]]:
        """One treatment for each of the dogs."""
        return [{"treatment_id": treatment["id"], "dog_id": dog["id"]} for dog in self.dogs]

    async def free_times(self, salon: Json, treatment: Json, *, groomer_id: int, on: date) -> list[Json]:
        asked = ",".join(
            f"{treatment['id']}:{dog['size']};weight_grams={dog['weight_grams']};coat={dog['coat']}"
            for dog in self.dogs
        )
        more = {"groomer": str(groomer_id), "from": on.isoformat(), "days": "1"}
        return list((await self.get(f"salons/{salon['id']}/slots", visit=asked, **more))["items"])

    async def price_of(self, salon: Json, treatment: Json) -> int:
        """Of one treatment for each of the dogs, as the salon shows it before anybody books."""
        total = 0
        for dog in self.dogs:
            facts = {"weight_grams": str(dog["weight_grams"]), "coat": dog["coat"]}
            shown = (await self.get(f"salons/{salon['id']}/prices", **facts))["items"]
            total += sum(one["total"] for one in shown if one["treatment_id"] == treatment["id"])
        return total


@dataclass
class Owner:
    """The groomer who owns a salon. What was so before the story is so again after it."""

    person: Person
    groomer_id: int
    times_off: list[Json] = field(default_factory=list)

    async def salon(self) -> Json:
        return await self.person.api.expect(200, method="GET", path="/api/v1/salons/mine")

    async def put(self, what: str, body: Json) -> Json:
        return await self.person.api.expect(200, method="PUT", path=f"/api/v1/salons/mine/{what}", json_body=body)

    async def price_rules(self) -> Json:
        return await self.person.api.expect(200, method="GET", path="/api/v1/salons/mine/price-rules")

    async def be_away_on(self, day: date) -> None:
        day_off = {
            "starts_at": f"{day.isoformat()}T00:00:00+09:00",
            "ends_at": f"{(day + timedelta(days=1)).isoformat()}T00:00:00+09:00",
            "note": "가족 여행",
        }
        path = "/api/v1/groomers/me/time-off"
        self.times_off.append(await self.person.api.expect(201, method="POST", path=path, json_body=day_off))

    async def come_back(self) -> None:
        """On all days that she wanted off."""
        while self.times_off:
            path = f"/api/v1/groomers/me/time-off/{self.times_off.pop()['id']}"
            await self.person.api.expect(204, method="DELETE", path=path)
