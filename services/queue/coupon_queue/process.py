"""The parts of one queue process, put together once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

from prometheus_client.core import GaugeMetricFamily
from redis.asyncio import Redis

from coupon_queue.callers.access_tokens import AccessTokens
from coupon_queue.callers.caller import JoinRate
from coupon_queue.callers.ended_sessions import EndedSessions
from coupon_queue.instance.ended_session_reader import EndedSessionReader
from coupon_queue.instance.line_subscription import LineSubscription
from coupon_queue.instance.presence import Presence
from coupon_queue.instance.reports import Reports
from coupon_queue.leader.admission import Admission
from coupon_queue.leader.claim_relay import ClaimRelay
from coupon_queue.leader.drawing import Drawing
from coupon_queue.leader.election import Leader
from coupon_queue.leader.lines import Lines
from coupon_queue.leader.settlement import Settlement
from coupon_queue.leader.ticks import Ticks
from coupon_queue.leader.window import Window
from coupon_queue.line import rules
from coupon_queue.line.activity import Activity
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.join_batches import Joining
from coupon_queue.line.tickets import Tickets
from coupon_queue.metrics import Metrics
from coupon_queue.redis_client import connect_redis
from coupon_queue.settings import Settings
from coupon_queue.streams.open_streams import OpenStreams
from coupon_queue.streams.watchers import Watchers


@dataclass(frozen=True)
class QueueProcess:
    settings: Settings
    redis: Redis
    access_tokens: AccessTokens
    ended: EndedSessions
    ended_session_reader: EndedSessionReader
    tickets: Tickets
    join_rate: JoinRate
    joining: Joining
    catalog: EventCatalog
    streams: OpenStreams
    activity: Activity
    reports: Reports
    presence: Presence
    line_subscription: LineSubscription
    watchers: Watchers
    leader: Leader
    metrics: Metrics
    instance: str


def build_process(settings: Settings) -> QueueProcess:
    redis = connect_redis(settings)
    # A process that comes back under its old name must not inherit the streams that the old one had.
    instance = f"{settings.instance}.{uuid4().hex[:8]}"
    catalog = EventCatalog(redis=redis, brokers=settings.kafka_brokers, instance=instance)
    tickets = Tickets(key=settings.ticket_key_file.read_bytes().strip())
    streams = OpenStreams(
        redis=redis, tickets=tickets, instance=instance, buffer_bytes_max=settings.stream_buffer_bytes_max
    )
    lines = _lines(settings, catalog)
    metrics = Metrics()
    activity = Activity()
    ended = EndedSessions()
    leader = _leader(settings, redis, instance, catalog, lines, tickets, activity, metrics)
    watchers = Watchers(
        read=lambda event_id: rules.line_status(redis, catalog=catalog, event_id=event_id),
        streams_max=settings.watchers_max,
        streams_per_address=settings.watchers_per_address,
        buffer_bytes_max=settings.stream_buffer_bytes_max,
    )
    catalog.on_change(watchers.changed)
    process = QueueProcess(
        settings=settings,
        redis=redis,
        ended=ended,
        ended_session_reader=EndedSessionReader(redis=redis, streams=streams, ended=ended),
        access_tokens=AccessTokens(public_key_pem=settings.token_public_key_file.read_bytes()),
        tickets=tickets,
        join_rate=JoinRate(limit=settings.joins_per_account, seconds=settings.joins_per_account_seconds),
        joining=Joining(
            redis=redis, grace_seconds=settings.grace_seconds, patience_seconds=settings.redis_timeout_seconds
        ),
        catalog=catalog,
        streams=streams,
        activity=activity,
        reports=Reports(
            redis=redis,
            catalog=catalog,
            streams=streams,
            activity=activity,
            lines=lines,
            instance=instance,
            leads=lambda: leader.term is not None,
        ),
        presence=Presence(
            redis=redis,
            streams=streams,
            watchers=watchers,
            catalog=catalog,
            tickets=tickets,
            instance=instance,
            grace_seconds=settings.grace_seconds,
        ),
        line_subscription=LineSubscription(redis=redis, streams=streams, watchers=watchers),
        watchers=watchers,
        leader=leader,
        metrics=metrics,
        instance=instance,
    )
    metrics.watch(lambda: _gauges(process, lines))
    return process


def _lines(settings: Settings, catalog: EventCatalog) -> Lines:
    return Lines(
        catalog=catalog,
        new_window=lambda: Window(
            first=settings.window_first, largest=settings.window_max, target_seconds=settings.answer_target_seconds
        ),
    )


def _leader(
    settings: Settings,
    redis: Redis,
    instance: str,
    catalog: EventCatalog,
    lines: Lines,
    tickets: Tickets,
    activity: Activity,
    metrics: Metrics,
) -> Leader:
    relay = ClaimRelay(
        redis=redis, lines=lines, brokers=settings.kafka_brokers, delivery_seconds=settings.kafka_delivery_seconds
    )
    ticks = _ticks(settings, redis, catalog, lines, metrics)
    admission = Admission(
        redis=redis,
        lines=lines,
        batch_size=settings.admit_batch_size,
        poll_seconds=settings.admit_poll_seconds,
        claimed=relay.wake.set,
        looked=ticks.now.set,
    )

    def settled(is_decisive: bool) -> None:  # noqa: FBT001 - one fact, named
        admission.wake.set()
        if is_decisive:
            ticks.now.set()

    settlement = Settlement(
        redis=redis, brokers=settings.kafka_brokers, catalog=catalog, lines=lines, activity=activity, settled=settled
    )

    def changed(event_id: UUID) -> None:
        lines.mark_changed(event_id)
        admission.wake.set()
        drawing.wake.set()

    def drawn(event_id: UUID) -> None:
        lines.mark_changed(event_id)
        admission.wake.set()

    drawing = Drawing(
        redis=redis,
        catalog=catalog,
        lines=lines,
        tickets=tickets,
        brokers=settings.kafka_brokers,
        delivery_seconds=settings.kafka_delivery_seconds,
        grace_seconds=settings.grace_seconds,
        drawn=drawn,
    )
    catalog.on_change(changed)
    return Leader(
        redis=redis,
        name=instance,
        lease_seconds=settings.lease_seconds,
        may_campaign=catalog.caught_up,
        duties=(ticks.run, drawing.run, admission.run, relay.run, settlement.run),
    )


def _ticks(settings: Settings, redis: Redis, catalog: EventCatalog, lines: Lines, metrics: Metrics) -> Ticks:
    return Ticks(
        redis=redis,
        catalog=catalog,
        lines=lines,
        tick_seconds=settings.tick_seconds,
        stalled_seconds=settings.answer_stalled_seconds,
        grace_seconds=settings.grace_seconds,
        silent_seconds=settings.instance_silent_seconds,
        metrics=metrics,
    )


def _gauges(process: QueueProcess, lines: Lines) -> Iterator[GaugeMetricFamily]:
    yield GaugeMetricFamily("queue_streams", "Streams open at this instance", len(process.streams))
    yield GaugeMetricFamily("queue_watchers", "Streams of people who only look", len(process.watchers))
    yield GaugeMetricFamily("queue_frame_bytes", "Size of the newest frame", process.streams.frame_bytes)
    leads = process.leader.term is not None
    yield GaugeMetricFamily("queue_leader", "1 where the leader is", int(leads))
    waiting = GaugeMetricFamily("queue_waiting", "People waiting", labels=["event"])
    in_flight = GaugeMetricFamily("queue_claims_in_flight", "Claims that main has not answered", labels=["event"])
    oldest = GaugeMetricFamily("queue_oldest_claim_seconds", "Age of the oldest of those", labels=["event"])
    issued = GaugeMetricFamily("queue_issued", "Coupons that are certain", labels=["event"])
    window = GaugeMetricFamily("queue_window", "Claims allowed in flight", labels=["event"])
    for event_id, line in lines.known().items() if leads else ():
        if line.ticked is None:
            continue
        label = [str(event_id)]
        waiting.add_metric(label, line.ticked.waiting)
        in_flight.add_metric(label, line.ticked.in_flight)
        oldest.add_metric(label, line.ticked.oldest_claim_ms / 1000)
        issued.add_metric(label, line.ticked.issued)
        window.add_metric(label, line.window.size)
    yield from (waiting, in_flight, oldest, issued, window)
