"""A drop from the button to the coupon, on real processes."""

from __future__ import annotations

import asyncio

from tests.conftest import NewCustomer, StartQueue
from tests.system import Main, coupon_event, until_known


async def test_the_first_in_line_get_the_coupons_and_everybody_else_hears_sold_out(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(coupon_event(quantity=20, paused=True))
    customers = [new_customer(event, *((one, two) if n % 2 else (two, one))) for n in range(100)]
    await until_known(event, one, two)
    for customer in customers:
        status, _ = await customer.join()
        assert status == 201
    main.publish(event.model_copy(update={"revision": 2, "paused": False}))

    states = await asyncio.wait_for(asyncio.gather(*(customer.listen() for customer in customers)), 20)

    assert states == ["issued"] * 20 + ["sold-out"] * 80
    assert [row.customer_id for row in main.rows] == [customer.account_id for customer in customers[:20]]
    assert [row.serial for row in main.rows] == list(range(1, 21))
    told = [customer.heard[-1].data["coupon"]["coupon_id"] for customer in customers[:20]]
    assert told == [str(row.coupon_id) for row in main.rows]
