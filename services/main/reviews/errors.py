"""Why a review cannot be written, changed, answered or reported."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class VisitNotCompleted(Problem):
    """Facts: `state`, the booking's."""

    status = HTTPStatus.CONFLICT
    code = "visit-not-completed"
    title = "Only a visit that took place can be reviewed"
    title_ko = "미용이 끝난 예약에만 후기를 쓸 수 있어요"


class ReviewedAlready(Problem):
    """Facts: `review_id`, the customer's own."""

    status = HTTPStatus.CONFLICT
    code = "reviewed-already"
    title = "You have reviewed this visit already"
    title_ko = "이미 후기를 쓴 예약이에요"


class TooLateToReview(Problem):
    """Facts: `days`, for so long after a visit its review can be written and changed."""

    status = HTTPStatus.CONFLICT
    code = "too-late-to-review"
    title = "That visit was too long ago"
    title_ko = "후기를 쓰거나 고칠 수 있는 기간이 지났어요"


class ReviewIsHidden(Problem):
    """An operator has taken it out of sight."""

    status = HTTPStatus.CONFLICT
    code = "review-is-hidden"
    title = "This review was hidden and cannot be changed"
    title_ko = "운영자가 가린 후기라 바꿀 수 없어요"


class OwnReview(Problem):
    """Whoever wrote it changes it, or takes it back."""

    status = HTTPStatus.CONFLICT
    code = "own-review"
    title = "This review is your own"
    title_ko = "내가 쓴 후기예요"


class TooManyReports(Problem):
    """Facts: `max_a_day` and `retry_after_seconds`."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too-many-reports"
    title = "You have reported as many reviews as one person may in a day"
    title_ko = "하루에 신고할 수 있는 횟수를 넘었어요. 나중에 다시 시도해 주세요"
