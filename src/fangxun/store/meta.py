"""Small facts by name, the counter that wakes the daemon, and gateways that are set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, bindparam, cast, literal, select, union_all, update

from fangxun.core.timeline import require_aware
from fangxun.store import names
from fangxun.store.base import Tx
from fangxun.store.rows import upsert
from fangxun.store.tables import CounterRow, GatewayRow, MetaRow, table

_META = table(MetaRow)
_COUNTERS = table(CounterRow)
_GATEWAYS = table(GatewayRow)

# Asked in every cycle, so built once.
_SMALL = union_all(
    select(literal("fact"), _META.c.key, _META.c.value),
    select(literal("count"), _COUNTERS.c.key, cast(_COUNTERS.c.value, String)),
)
_MORE = (
    update(_COUNTERS).where(_COUNTERS.c.key == bindparam("of")).values(value=_COUNTERS.c.value + 1)
)
_KNOWN = select(*(_GATEWAYS.c[name] for name in ("name", "faults", "aside_until", "dead_since")))


@dataclass(frozen=True, slots=True)
class _Small:
    """The facts and the counters: few, and a cycle asks for most of them."""

    facts: Mapping[str, str]
    counts: Mapping[str, int]


def _small(tx: Tx) -> _Small:
    rows = tx.connection.execute(_SMALL).all()
    return _Small(
        {key: value for what, key, value in rows if what == "fact"},
        {key: int(value) for what, key, value in rows if what == "count"},
    )


def get(tx: Tx, key: str) -> str | None:
    """The value, None where there is none."""
    return tx.held(_small).facts.get(key)


def get_many(tx: Tx, keys: Sequence[str]) -> dict[str, str]:
    """The values of those keys that have one."""
    known = tx.held(_small).facts
    return {key: known[key] for key in keys if key in known}


def put(tx: Tx, key: str, value: str) -> None:
    """Set or replace a value."""
    upsert(tx, _META, [{"key": key, "value": value}])
    tx.changed(_small)


def get_instant(tx: Tx, key: str) -> datetime | None:
    """A value that is an instant, UTC."""
    found = get(tx, key)
    return None if found is None else datetime.fromisoformat(found)


def put_instant(tx: Tx, key: str, at: datetime) -> None:
    """Set an instant; ValueError for one without zone."""
    put(tx, key, require_aware(at).isoformat())


def started_at(tx: Tx) -> datetime | None:
    """When the daemon last started, UTC, as it says with `put_instant`."""
    return get_instant(tx, names.STARTED_AT)


def count(tx: Tx, key: str) -> int:
    """A counter's value: "wake", "district" or "roster"."""
    return counts(tx)[key]


def counts(tx: Tx) -> Mapping[str, int]:
    """All counters: what a cycle asks first, to know that nothing is new."""
    return tx.held(_small).counts


def advance(tx: Tx, key: str) -> int:
    """Count one more and return it."""
    tx.connection.execute(_MORE, {"of": key})
    tx.changed(_small)
    return count(tx, key)


def wake(tx: Tx) -> None:
    """Ask the daemon for a cycle as soon as this transaction is kept."""
    advance(tx, "wake")


def wake_count(tx: Tx) -> int:
    """Differs from the last look when somebody asked for a cycle since."""
    return count(tx, "wake")


def set_aside(tx: Tx, *, now: datetime) -> frozenset[str]:
    """Gateways that are not to be used now."""
    return frozenset(
        one.name
        for one in tx.held(_gateways).values()
        if one.aside_until is not None and one.aside_until > now
    )


def put_aside(tx: Tx, gateway: str, *, until: datetime) -> None:
    """Do not use a gateway for a while."""
    _known(tx, gateway)
    _change(tx, gateway, aside_until=until)


def gateway_faults(tx: Tx, gateway: str) -> int:
    """Faults in a row, without a success between."""
    known = tx.held(_gateways).get(gateway)
    return known.faults if known is not None else 0


def count_gateway_fault(tx: Tx, gateway: str) -> int:
    """Count one more fault in a row and return how many there are."""
    faults = gateway_faults(tx, gateway) + 1
    _known(tx, gateway)
    _change(tx, gateway, faults=faults)
    return faults


def dead_since(tx: Tx, gateway: str, *, now: datetime) -> datetime:
    """Since when a gateway counts as dead: `now` where it was alive until now."""
    _known(tx, gateway)
    since = tx.held(_gateways)[gateway].dead_since
    if since is None:
        _change(tx, gateway, dead_since=now)
    return since or now


def clear_gateway(tx: Tx, gateway: str) -> None:
    """It works again: no faults, not set aside, not dead."""
    _change(tx, gateway, faults=0, aside_until=None, dead_since=None)


def _known(tx: Tx, gateway: str) -> None:
    if gateway not in tx.held(_gateways):
        tx.connection.execute(_GATEWAYS.insert().values(name=gateway, faults=0))
        tx.changed(_gateways)


def _change(tx: Tx, gateway: str, **columns: object) -> None:
    tx.connection.execute(update(_GATEWAYS).where(_GATEWAYS.c.name == gateway).values(**columns))
    tx.changed(_gateways)


@dataclass(frozen=True, slots=True)
class _Gateway:
    name: str
    faults: int
    aside_until: datetime | None
    dead_since: datetime | None


def _gateways(tx: Tx) -> Mapping[str, _Gateway]:
    return {row.name: _Gateway(*row) for row in tx.connection.execute(_KNOWN).all()}
