"""Why nothing can be paid, or not so."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import DependencyDown, Problem


class NothingToPay(Problem):
    status = HTTPStatus.CONFLICT
    code = "nothing-to-pay"
    title = "This slot is booked without paying ahead"
    title_ko = "미리 결제하지 않고 예약할 수 있어요"


class TooManyPayments(Problem):
    """Facts: `max_payments`."""

    status = HTTPStatus.CONFLICT
    code = "too-many-payments"
    title = "As many payments as one slot may have were refused; please choose a slot anew"
    title_ko = "결제가 여러 번 거절됐어요. 시간을 다시 골라 주세요"


class PaymentDiffers(Problem):
    """What came back from the provider's page is of another order, or of another amount. Nothing is paid."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "payment-differs"
    title = "This is not what was to be paid; nothing has been charged"
    title_ko = "결제할 내용과 달라요. 결제되지 않았어요"


class PaymentsAway(DependencyDown):
    """Facts: `dependency`."""

    code = "payments-away"
    title = "Payments are not possible now; please try again soon. Nothing has been charged"
    title_ko = "지금은 결제할 수 없어요. 잠시 후 다시 시도해 주세요. 결제되지 않았어요"


def away(retry_after_seconds: int = 10) -> PaymentsAway:
    """To be raised."""
    return PaymentsAway(dependency="payments", retry_after_seconds=retry_after_seconds)
