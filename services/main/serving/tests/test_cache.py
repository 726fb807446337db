"""Django's cache is shared by all instances, and holds nothing that could be run."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.core.cache import cache

from serving.redis import shared_redis


def test_what_is_cached_is_json_in_redis_and_ends() -> None:
    name, value = str(uuid4()), {"살롱": [1, None, "강아지"], "open": True}

    cache.set(name, value, timeout=60)

    (key,) = shared_redis().scan_iter(match=f"*{name}")
    stored = shared_redis().get(key)
    assert cache.get(name) == value
    assert isinstance(stored, str)
    assert json.loads(stored) == value
    assert 0 < int(str(shared_redis().ttl(key))) <= 60
    cache.delete(name)


def test_what_is_no_json_is_not_cached() -> None:
    with pytest.raises(TypeError):
        cache.set(str(uuid4()), object(), timeout=60)
