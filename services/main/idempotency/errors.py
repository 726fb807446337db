"""Why a key cannot be used again."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class KeyUsedForAnother(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "idempotency-key-used-for-another"
    title = "This Idempotency-Key was sent with another request"
    title_ko = "이 Idempotency-Key는 다른 요청에 이미 쓰였어요"


class WhatItMadeIsGone(Problem):
    status = HTTPStatus.CONFLICT
    code = "idempotency-key-made-what-is-gone"
    title = "This request was carried out, and what it made has been removed since"
    title_ko = "이미 처리된 요청이고, 그때 만든 것은 그 뒤에 지워졌어요"
