"""What a person sends in an address or a header reaches no log of a running main."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from serving.tests.served import Served, mysql, serve

__all__ = ["mysql", "serve"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_neither_query_strings_nor_tokens_reach_the_log(serve: Callable[..., Served], log_format: str) -> None:
    main = serve(MAIN_LOG_FORMAT=log_format)

    for path in ("/api/v1/nothing", "/api/v1/salons/0", "/admin/nothing/", "/api/v1/bookings", "/static/no"):
        main.client.get(f"{path}?q=secret-1&next=/a?b=secret-2", headers={"Authorization": "Bearer secret-3.secret-4"})
        main.client.get(path, params={"'secret-5": '"secret-6'}, headers={"Cookie": "salon_access=secret-7"})
    main.client.post("/admin/login/?next=secret-8", data={"username": "secret-9"}, headers={"Referer": "/?secret-10"})
    main.end()

    written = main.log.read_text()
    assert "Not Found" in written
    assert "secret" not in written
