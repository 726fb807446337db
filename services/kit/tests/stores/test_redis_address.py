"""One server or Sentinels: what an address means, and what is none."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from salon_kit.redis.address import RedisAddress, Sentinels, sentinels_in

pytestmark = pytest.mark.unit


def test_three_sentinels_name_the_primary_and_its_database() -> None:
    found = sentinels_in("redis+sentinel://a:1,b:2,c/salon/4")

    assert found == Sentinels((("a", 1), ("b", 2), ("c", 26379)), "salon", 4, None, None)


def test_a_password_is_that_of_redis() -> None:
    found = sentinels_in("redis+sentinel://queue:p%40ss@a:1/salon")

    assert found == Sentinels((("a", 1),), "salon", 0, "queue", "p@ss")


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "rediss://user:secret@redis.example:6380/2"])
def test_one_server_is_still_one_server(url: str) -> None:
    assert sentinels_in(url) is None
    assert TypeAdapter(RedisAddress).validate_python(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://x",
        "",
        "redis+sentinel://a:1",
        "redis+sentinel://a:1/",
        "redis+sentinel:///salon/0",
        "redis+sentinel://a:1,/salon/0",
        "redis+sentinel://a:port/salon/0",
        "redis+sentinel://a:70000/salon/0",
        "redis+sentinel://a:1/salon/first",
        "redis+sentinel://a:1/salon/0?password=x",
        "redis+sentinel://a:1/salon/0?nonsense",
    ],
)
def test_what_is_no_address_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(RedisAddress).validate_python(url)


def test_sentinels_may_have_a_password_of_their_own() -> None:
    found = sentinels_in("redis+sentinel://:redis@a:1/salon/0?sentinel_username=kit&sentinel_password=s%26p")

    assert found is not None
    assert (found.password, found.sentinel_username, found.sentinel_password) == ("redis", "kit", "s&p")
