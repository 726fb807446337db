"""Which parts lead a store at this moment: asked before they are taken away, so that commands can say what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from deploy.local.settings.profiles import Profile
from deploy.local.zones import kafka_view, mysql_view, redis_view

Roles = Mapping[str, str]
_PRIMARY = "PRIMARY"
_NAMES = {"mysql": "MySQL", "redis": "Redis"}

_VIEWS: Mapping[str, Callable[[Profile], Roles]] = {
    "mysql": mysql_view.roles,
    "redis": redis_view.roles,
    "kafka": kafka_view.roles,
}
# Who takes over, and until when what is refused.
_AFTER: Mapping[str, str] = {
    "mysql": "the group promotes another after about 7 s; until then writes are 503 with Retry-After, and people look",
    "redis": "Sentinels promote another after about 4 s; until then joining and the line wait, and keep every place",
    "kafka": "the others lead it after about 3 s; until then chat's acks and new coupons of these partitions wait",
}


def leads_of(profile: Profile, names: Sequence[str]) -> list[str]:
    """A sentence for each of these parts that leads something, and one when none does."""
    kinds = sorted({kind for kind in _VIEWS if any(name.startswith(kind) for name in names)})
    with ThreadPoolExecutor(max_workers=len(_VIEWS)) as threads:
        roles = dict(zip(kinds, threads.map(lambda kind: _VIEWS[kind](profile), kinds), strict=True))
    return sentences(roles, names)


def sentences(roles: Mapping[str, Roles], names: Sequence[str]) -> list[str]:
    """`roles` by kind, as `make topology` shows them."""
    leading = [
        f"{name} {_lead(kind, of_kind[name])}: {_AFTER[kind]}."
        for kind, of_kind in roles.items()
        for name in names
        if name in of_kind and _lead(kind, of_kind[name])
    ]
    if roles and not leading:
        return [f"None of the stores was led from here: {', '.join(roles)} go on without a pause."]
    return leading


def _lead(kind: str, role: str) -> str:
    if kind == "kafka":
        led = role.partition(",")[0].replace("leads", "led", 1)
        return f"{led}{' and controlled' if 'CONTROLLER' in role else ''}" if _leads_any(role) else ""
    return f"was {_NAMES[kind]}'s primary" if role.startswith(_PRIMARY) else ""


def _leads_any(role: str) -> bool:
    return "CONTROLLER" in role or (role.startswith("leads ") and not role.startswith("leads 0 "))
