"""The parts of one queue process, put together once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import uuid4

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
from coupon_queue.leader.draws.drawing import Drawing
from coupon_queue.leader.election import Leader
from coupon_queue.leader.lines import Lines
from coupon_queue.leader.settlement import Settlement
from coupon_queue.leader.signals import LineSignals
from coupon_queue.leader.ticks import Ticks
from coupon_queue.line import rules
from coupon_queue.line.activity import Activity
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.line.join_batches import Joining
from coupon_queue.line.tickets import Tickets
from coupon_queue.metrics import Metrics
from coupon_queue.settings import Settings
from coupon_queue.streams.open_streams import OpenStreams
from coupon_queue.streams.watchers import Watchers
from salon_kit.redis.connect import connect_async
from salon_kit.settings.watching import SecretWatch


@dataclass(frozen=True)
class QueueProcess:
    settings: Settings
    redis: Redis
    access_tokens: AccessTokens
    secrets: SecretWatch
    ended: EndedSessions
    ended_session_reader: EndedSessionReader
    tickets: Tickets
    join_rate: JoinRate
    joining: Joining
    catalog: EventCatalog
    streams: OpenStreams
    lines: Lines
    activity: Activity
    reports: Reports
    presence: Presence
    line_subscription: LineSubscription
    watchers: Watchers
    leader: Leader
    metrics: Metrics
    instance: str
    # Set when this instance is about to stop.
    leaving: asyncio.Event


def build_process(settings: Settings) -> QueueProcess:
    redis = connect_async(
        settings.redis_url,
        answer_seconds=settings.redis_timeout_seconds,
        connect_seconds=settings.redis_timeout_seconds / 2,
        connections_max=settings.redis_connections_max,
    )
    # A process that comes back under its old name must not inherit the streams that the old one had.
    instance = f"{settings.instance}.{uuid4().hex[:8]}"
    catalog = EventCatalog(redis=redis, brokers=settings.kafka_brokers, instance=instance)
    lines = Lines(settings, catalog=catalog)
    shared = _Shared(
        settings=settings,
        redis=redis,
        instance=instance,
        catalog=catalog,
        tickets=Tickets(keys=settings.ticket_key.get_secret_value()),
        lines=lines,
        activity=Activity(),
        metrics=Metrics(),
    )
    return _process(shared, leader=_leader(shared))


@dataclass(frozen=True)
class _Shared:
    """What many parts are given."""

    settings: Settings
    redis: Redis
    instance: str
    catalog: EventCatalog
    tickets: Tickets
    lines: Lines
    activity: Activity
    metrics: Metrics


def _process(shared: _Shared, *, leader: Leader) -> QueueProcess:
    settings, redis, catalog = shared.settings, shared.redis, shared.catalog
    streams = OpenStreams(tickets=shared.tickets, buffer_bytes_max=settings.stream_buffer_bytes_max)
    watchers = Watchers(settings, read=lambda event_id: rules.line_status(redis, catalog=catalog, event_id=event_id))
    catalog.on_change(watchers.changed)
    presence = _presence(shared, streams, watchers)
    ended = EndedSessions()
    access_tokens = AccessTokens(public_keys_pem=settings.token_public_key)
    return QueueProcess(
        settings=settings,
        redis=redis,
        ended=ended,
        ended_session_reader=EndedSessionReader(redis=redis, streams=streams, ended=ended),
        access_tokens=access_tokens,
        secrets=_watched(settings, access_tokens, shared.tickets),
        tickets=shared.tickets,
        join_rate=JoinRate(limit=settings.joins_per_account, seconds=settings.joins_per_account_seconds),
        joining=Joining(settings, redis=redis),
        catalog=catalog,
        streams=streams,
        lines=shared.lines,
        activity=shared.activity,
        reports=_reports(shared, streams, leader),
        presence=presence,
        line_subscription=LineSubscription(redis=redis, streams=streams, presence=presence, watchers=watchers),
        watchers=watchers,
        leader=leader,
        metrics=shared.metrics,
        instance=shared.instance,
        leaving=asyncio.Event(),
    )


def _watched(settings: Settings, access_tokens: AccessTokens, tickets: Tickets) -> SecretWatch:
    secrets = SecretWatch(settings)
    secrets.on_change("token_public_key", access_tokens.take)
    secrets.on_change("ticket_key", tickets.take)
    return secrets


def _presence(shared: _Shared, streams: OpenStreams, watchers: Watchers) -> Presence:
    return Presence(
        shared.settings,
        redis=shared.redis,
        streams=streams,
        watchers=watchers,
        catalog=shared.catalog,
        tickets=shared.tickets,
        instance=shared.instance,
    )


def _reports(shared: _Shared, streams: OpenStreams, leader: Leader) -> Reports:
    return Reports(
        redis=shared.redis,
        catalog=shared.catalog,
        streams=streams,
        activity=shared.activity,
        lines=shared.lines,
        instance=shared.instance,
        leads=lambda: leader.term is not None,
    )


def _leader(shared: _Shared) -> Leader:
    settings, redis, catalog, lines = shared.settings, shared.redis, shared.catalog, shared.lines
    signals = LineSignals(lines)
    relay = ClaimRelay(settings, redis=redis, lines=lines, signals=signals)
    admission = Admission(settings, redis=redis, lines=lines, signals=signals)
    ticks = Ticks(settings, redis=redis, catalog=catalog, lines=lines, metrics=shared.metrics, signals=signals)
    settlement = Settlement(
        settings, redis=redis, catalog=catalog, lines=lines, activity=shared.activity, signals=signals
    )
    drawing = Drawing(settings, redis=redis, catalog=catalog, lines=lines, tickets=shared.tickets, signals=signals)
    catalog.on_change(signals.event_changed)
    return Leader(
        settings,
        redis=redis,
        name=shared.instance,
        may_campaign=catalog.caught_up,
        duties=(ticks.run, drawing.run, admission.run, relay.run, settlement.run),
    )
