"""What the giving of coupons can be watched by."""

from __future__ import annotations

from salon_contracts.metrics import main as listed
from salon_kit.metrics.instruments import counter

issued = counter(listed.COUPONS_ISSUED)
drops_begun = counter(listed.DROPS_BEGUN)
