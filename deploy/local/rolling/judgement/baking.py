"""Watches new instances at work for the bake time, and ends it at once when they are worse than the old ones."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from deploy.local.rolling.carrying_out import BadRelease
from deploy.local.rolling.instances import Instances
from deploy.local.rolling.judgement.access_log import AccessLogs
from deploy.local.rolling.judgement.judging import Limits, Sample, errors_of, slowness_of
from deploy.local.run.probes import HOST
from deploy.local.settings.profiles import Profile
from deploy.processes import named
from salon_contracts.metrics.main import OUTBOX_PARKED
from salon_contracts.metrics.shared import CONSUMER_PASSED

LOOK_SECONDS = 0.5
# Something that all need may be away for a moment, and then the old are not ready either.
UNREADY_SECONDS = 6.0
SET_ASIDE_AT_LEAST = 3
# For as many requests again as made it slow, where few come.
SECOND_LOOK_SECONDS = 5.0
# What workers count of records that they can do nothing with.
_SET_ASIDE = re.compile(
    rf'^(?:{CONSUMER_PASSED.name}_total\{{[^}}]*reason="set-aside"[^}}]*\}}'
    rf"|{OUTBOX_PARKED.name}_total\{{[^}}]*\}}) (\S+)$",
    re.MULTILINE,
)


@dataclass
class SameTime:
    """By service, what a wave answered and what all others did meanwhile: the old release, and waves that passed."""

    wave: dict[str, Sample] = field(default_factory=dict)
    others: dict[str, Sample] = field(default_factory=dict)

    def forget(self, service: str) -> None:
        self.wave.pop(service, None)
        self.others.pop(service, None)


@dataclass
class Baking:
    """`before` is what the old release answered, by service, as long as there was one to compare with."""

    profile: Profile
    instances: Instances
    seconds: float
    before: dict[str, Sample] = field(default_factory=dict)
    seen: dict[str, Sample] = field(default_factory=dict)

    def bake(self, wave: Sequence[str], release: str, all_names: Sequence[str]) -> None:
        """Raises BadRelease."""
        logs = AccessLogs(self.profile.logs.glob("nginx*-access.log"))
        new: dict[str, Sample] = {}
        same_time, slow_once = SameTime(), dict[str, str]()
        unready_since: dict[str, float] = {}
        began = time.monotonic()
        while True:
            self._insist_on_ready(wave, unready_since)
            self._insist_on_fit(wave)
            for name, sample in self._named(logs.new(), all_names):
                service = named(name).service
                _add(sample, new if self.instances.runs(name) == release else self.before, service)
                _add(sample, same_time.wave if name in wave else same_time.others, service)
            self._insist_on_no_more_errors(new)
            self._insist_on_no_slower(same_time, slow_once)
            passed = time.monotonic() - began
            if passed >= self.seconds and not slow_once:
                self.seen = new
                return
            if passed >= 2 * self.seconds + SECOND_LOOK_SECONDS:
                raise BadRelease(f"at work, and too little was asked since: {', '.join(slow_once.values())}")
            time.sleep(LOOK_SECONDS)

    def _named(self, samples: Mapping[str, Sample], names: Sequence[str]) -> Iterator[tuple[str, Sample]]:
        for name in names:
            sample = samples.get(f"{HOST}:{self.profile.port(name)}")
            if sample is not None:
                yield name, sample

    def _insist_on_no_more_errors(self, new: Mapping[str, Sample]) -> None:
        for service, sample in new.items():
            if errors := errors_of(sample, self.before.get(service, Sample())):
                raise BadRelease(f"{service}, at work: {errors}")

    def _insist_on_no_slower(self, same_time: SameTime, slow_once: dict[str, str]) -> None:
        """Than others at the same time: the machine may be busier than before. And once more, from then on."""
        for service, sample in list(same_time.wave.items()):
            slowness = slowness_of(sample, same_time.others.get(service, Sample()))
            if slowness and service in slow_once:
                raise BadRelease(f"{service}, at work, twice: {slowness}")
            if slowness:
                slow_once[service] = f"{service}: {slowness}"
                same_time.forget(service)
            elif len(sample.seconds) >= Limits().slow_from_requests:
                slow_once.pop(service, None)

    def _insist_on_ready(self, wave: Sequence[str], since: dict[str, float]) -> None:
        for name in wave:
            if self.instances.is_ready(name):
                since.pop(name, None)
            elif self.instances.runs(name) is None:
                raise BadRelease(f"{name} ended at its work:\n{self.instances.last_words(name)}")
            elif time.monotonic() - since.setdefault(name, time.monotonic()) > UNREADY_SECONDS:
                raise BadRelease(f"{name} is not ready any more:\n{self.instances.last_words(name)}")

    def _insist_on_fit(self, wave: Sequence[str]) -> None:
        for name in wave:
            count = _set_aside(self.instances.url(name))
            if count >= SET_ASIDE_AT_LEAST:
                raise BadRelease(f"{name} has set {count:.0f} records aside since it began")


def _add(sample: Sample, samples: dict[str, Sample], service: str) -> None:
    samples[service] = samples.get(service, Sample()) + sample


def _set_aside(url: str) -> float:
    """Since the process began; 0 where it does not answer, which is for readiness to say."""
    try:
        with urllib.request.urlopen(f"{url}/metrics", timeout=2) as answer:
            text = answer.read().decode(errors="replace")
    except OSError:
        return 0.0
    return sum(float(number) for number in _SET_ASIDE.findall(text))
