"""Why a salon cannot be changed so."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class TreatmentIsBooked(Problem):
    """Facts: `treatment_ids`, those that are to go and cannot."""

    status = HTTPStatus.CONFLICT
    code = "treatment-is-booked"
    title = "This treatment has bookings, and has to stay on the list"
    title_ko = "예약된 적이 있는 시술은 지울 수 없어요"
