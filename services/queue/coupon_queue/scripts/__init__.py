"""Everything that is atomic in the line. Each wrapper stands beside the Lua file of its name.

A person's place:    join (and restore), leave, attend, absent, look
The leader's steps:  admit, settle, tick, expire, abandon (each fenced by its reign, but those that may be repeated)
The draw:            draw (fenced too)
The relay:           unsent
The event:           announce, status
The operator:        report, overview
The instances:       take_lead, resign, beat, silent
Reading `coupons`:   advance, answers_read
"""

from coupon_queue.scripts.abandon import abandon
from coupon_queue.scripts.absent import absent
from coupon_queue.scripts.admit import Admitted, admit
from coupon_queue.scripts.advance import advance, positions
from coupon_queue.scripts.announce import announce
from coupon_queue.scripts.answers_read import answers_read, losses_without_answers
from coupon_queue.scripts.attend import attend
from coupon_queue.scripts.beat import beat, forget_instances, silent_instances
from coupon_queue.scripts.draw import Lot, draw, registered
from coupon_queue.scripts.expire import expire
from coupon_queue.scripts.join import Joined, Joiner, NotJoined, join, restore
from coupon_queue.scripts.leave import leave
from coupon_queue.scripts.look import look
from coupon_queue.scripts.overview import Overview, overview
from coupon_queue.scripts.place import FINAL_STATES, Place
from coupon_queue.scripts.reign import Deposed, Reign
from coupon_queue.scripts.report import Report, report
from coupon_queue.scripts.settle import Settled, settle
from coupon_queue.scripts.status import Status, status
from coupon_queue.scripts.take_lead import resign, take_lead
from coupon_queue.scripts.tick import EtaNews, Sample, Spread, Ticked, tick
from coupon_queue.scripts.unsent import UnsentClaim, unsent

__all__ = [
    "FINAL_STATES",
    "Admitted",
    "Deposed",
    "EtaNews",
    "Joined",
    "Joiner",
    "Lot",
    "NotJoined",
    "Overview",
    "Place",
    "Reign",
    "Report",
    "Sample",
    "Settled",
    "Spread",
    "Status",
    "Ticked",
    "UnsentClaim",
    "abandon",
    "absent",
    "admit",
    "advance",
    "announce",
    "answers_read",
    "attend",
    "beat",
    "draw",
    "expire",
    "forget_instances",
    "join",
    "leave",
    "look",
    "losses_without_answers",
    "overview",
    "positions",
    "registered",
    "report",
    "resign",
    "restore",
    "settle",
    "silent_instances",
    "status",
    "take_lead",
    "tick",
    "unsent",
]
