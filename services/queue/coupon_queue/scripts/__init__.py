"""Everything that is atomic in the line. Each wrapper stands beside the Lua file of its name.

A person's place:    join (and restore), leave, stream_opened, stream_closed, read_place
The leader's steps:  admit, settle, tick, expire, instance_lost (fenced by its term, but what may be repeated)
The draw:            draw (fenced too)
The relay:           unsent_claims
The event:           announce, status
The operator:        report, overview
The instances:       take_lead, resign, heartbeat, silent_instances
Reading `coupons`:   advance, answers_read
"""

from coupon_queue.scripts.answers.advance import advance, positions
from coupon_queue.scripts.answers.answers_read import answers_read, losses_without_answers
from coupon_queue.scripts.answers.settle import Settled, settle
from coupon_queue.scripts.draws.draw import Lot, draw, registered
from coupon_queue.scripts.events.announce import announce
from coupon_queue.scripts.events.status import Status, status
from coupon_queue.scripts.instances.heartbeat import forget_instances, heartbeat, silent_instances
from coupon_queue.scripts.instances.instance_lost import instance_lost
from coupon_queue.scripts.leader.admit import Admitted, admit
from coupon_queue.scripts.leader.expire import expire
from coupon_queue.scripts.leader.take_lead import resign, take_lead
from coupon_queue.scripts.leader.tick import EtaUpdate, Sample, Spread, Ticked, tick
from coupon_queue.scripts.leader.unsent_claims import UnsentClaim, unsent_claims
from coupon_queue.scripts.operator.overview import Overview, overview
from coupon_queue.scripts.operator.report import Report, report
from coupon_queue.scripts.places.join import Joined, Joiner, NotJoined, join, restore
from coupon_queue.scripts.places.leave import leave
from coupon_queue.scripts.places.place import FINAL_STATES, Place
from coupon_queue.scripts.places.read_place import read_place
from coupon_queue.scripts.places.stream_closed import stream_closed
from coupon_queue.scripts.places.stream_opened import stream_opened
from coupon_queue.scripts.shared.term import LostLease, Term

__all__ = [
    "FINAL_STATES",
    "Admitted",
    "EtaUpdate",
    "Joined",
    "Joiner",
    "LostLease",
    "Lot",
    "NotJoined",
    "Overview",
    "Place",
    "Report",
    "Sample",
    "Settled",
    "Spread",
    "Status",
    "Term",
    "Ticked",
    "UnsentClaim",
    "admit",
    "advance",
    "announce",
    "answers_read",
    "draw",
    "expire",
    "forget_instances",
    "heartbeat",
    "instance_lost",
    "join",
    "leave",
    "losses_without_answers",
    "overview",
    "positions",
    "read_place",
    "registered",
    "report",
    "resign",
    "restore",
    "settle",
    "silent_instances",
    "status",
    "stream_closed",
    "stream_opened",
    "take_lead",
    "tick",
    "unsent_claims",
]
