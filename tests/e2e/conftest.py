"""Who acts in these tests, and where the system is."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import aiohttp
import pytest

from tests.harness.api_client import ApiClient, connections
from tests.harness.groomer import Groomer, some_groomer
from tests.harness.people import OPERATOR_EMAIL, Person, sign_in
from tests.harness.system.backstage import Backstage, MintedCustomer
from tests.harness.system.running_system import refuse_if_down

CUSTOMERS = 40


@dataclass(frozen=True)
class Cast:
    """Tokens live longer than the connections of one test, so this holds no connection."""

    operator: MintedCustomer
    groomer: MintedCustomer
    groomer_id: int
    customers: tuple[MintedCustomer, ...]


@pytest.fixture(scope="session")
def base_url() -> str:
    url = os.environ.get("SALON_BASE_URL") or os.environ.get("SALON_URL")
    if not url:
        pytest.fail("SALON_BASE_URL is not set: these tests need a running system (`make test ONLY=e2e`)")
    return url.rstrip("/")


@pytest.fixture(scope="session")
def backstage() -> Backstage:
    return Backstage.from_environment()


@pytest.fixture(scope="session")
def cast(base_url: str, backstage: Backstage) -> Cast:
    """Everybody signs in once: argon2 is slow on purpose, and sign-ins are counted."""
    with ThreadPoolExecutor(max_workers=1) as thread:  # a loop of its own, beside the tests' loops
        return thread.submit(asyncio.run, _assemble(base_url, backstage)).result()


async def _assemble(base_url: str, backstage: Backstage) -> Cast:
    async with connections(base_url) as http:
        await refuse_if_down(http, base_url)
        operator = await sign_in(http, email=OPERATOR_EMAIL)
        groomer: Groomer = await some_groomer(http)
    return Cast(
        operator=MintedCustomer(operator.id, operator.token),
        groomer=MintedCustomer(groomer.person.id, groomer.person.token),
        groomer_id=groomer.groomer_id,
        customers=tuple(await backstage.mint_customers(CUSTOMERS)),
    )


@pytest.fixture
async def http(base_url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with connections(base_url) as session:
        yield session


@pytest.fixture
def nobody(http: aiohttp.ClientSession) -> ApiClient:
    return ApiClient(http)


@pytest.fixture
def operator(http: aiohttp.ClientSession, cast: Cast) -> Person:
    return Person.with_token(http, account_id=cast.operator.id, token=cast.operator.token)


@pytest.fixture
def groomer(http: aiohttp.ClientSession, cast: Cast) -> Person:
    return Person.with_token(http, account_id=cast.groomer.id, token=cast.groomer.token)


@pytest.fixture
def customers(http: aiohttp.ClientSession, cast: Cast) -> list[Person]:
    return [Person.with_token(http, account_id=one.id, token=one.token) for one in cast.customers]


@pytest.fixture
def customer(customers: list[Person]) -> Person:
    return customers[0]
