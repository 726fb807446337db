from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from coupons.clusters.views import WinnerClustersView
from coupons.draws.views import DrawView
from coupons.issue_log.views import IssueLogView
from coupons.issuing.views import MyCouponsView
from coupons.operating.services import ACTS
from coupons.operating.views import (
    CouponEventAuditView,
    CouponEventDetailView,
    CouponEventMessageView,
    CouponEventPaceView,
    CouponEventsView,
    act_view,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("coupon-events", CouponEventsView.as_view()),
    path("coupon-events/<any_case_uuid:event_id>", CouponEventDetailView.as_view()),
    path("coupon-events/<any_case_uuid:event_id>/pace", CouponEventPaceView.as_view()),
    path("coupon-events/<any_case_uuid:event_id>/message", CouponEventMessageView.as_view()),
    path("coupon-events/<any_case_uuid:event_id>/audit", CouponEventAuditView.as_view()),
    *(path(f"coupon-events/<any_case_uuid:event_id>/{name}", act_view(name).as_view()) for name in ACTS),
    path("coupon-events/<any_case_uuid:event_id>/issue-log", IssueLogView.as_view()),
    path("coupon-events/<any_case_uuid:event_id>/draw", DrawView.as_view()),
    path("coupon-events/<any_case_uuid:event_id>/winner-clusters", WinnerClustersView.as_view()),
    path("coupons", MyCouponsView.as_view()),
]
