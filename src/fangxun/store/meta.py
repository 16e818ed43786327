"""Small facts by name, the counter that wakes the daemon, and gateways that are set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from fangxun.core.timeline import require_aware
from fangxun.store import names
from fangxun.store.base import Tx
from fangxun.store.rows import upsert
from fangxun.store.tables import CounterRow, GatewayRow, MetaRow, table

_META = table(MetaRow)
_COUNTERS = table(CounterRow)
_GATEWAYS = table(GatewayRow)

# Asked in every cycle, so built once.
_FACTS = select(_META.c.key, _META.c.value)
_COUNTS = select(_COUNTERS.c.key, _COUNTERS.c.value)
_MORE = (
    update(_COUNTERS).where(_COUNTERS.c.key == bindparam("of")).values(value=_COUNTERS.c.value + 1)
)
_ASIDE = select(_GATEWAYS.c.name).where(_GATEWAYS.c.aside_until > bindparam("now"))
_FAULTS = select(_GATEWAYS.c.faults).where(_GATEWAYS.c.name == bindparam("name"))


def get(tx: Tx, key: str) -> str | None:
    """The value, None where there is none."""
    return tx.once(_all).get(key)


def get_many(tx: Tx, keys: Sequence[str]) -> dict[str, str]:
    """The values of those keys that have one."""
    known = tx.once(_all)
    return {key: known[key] for key in keys if key in known}


def _all(tx: Tx) -> Mapping[str, str]:
    """The facts are few, and a cycle asks for most of them."""
    return {row.key: row.value for row in tx.connection.execute(_FACTS)}


def put(tx: Tx, key: str, value: str) -> None:
    """Set or replace a value."""
    upsert(tx, _META, [{"key": key, "value": value}])


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
    """All counters in one question: what a cycle asks first, to know that nothing is new. Writers
    take turns, so that only `advance` changes them within a transaction."""
    return tx.held(_counts)


def _counts(tx: Tx) -> Mapping[str, int]:
    return {key: int(value) for key, value in tx.connection.execute(_COUNTS)}


def advance(tx: Tx, key: str) -> int:
    """Count one more and return it."""
    tx.connection.execute(_MORE, {"of": key})
    tx.changed(_counts)
    return count(tx, key)


def wake(tx: Tx) -> None:
    """Ask the daemon for a cycle as soon as this transaction is kept."""
    advance(tx, "wake")


def wake_count(tx: Tx) -> int:
    """Differs from the last look when somebody asked for a cycle since."""
    return count(tx, "wake")


def set_aside(tx: Tx, *, now: datetime) -> frozenset[str]:
    """Gateways that are not to be used now."""
    return frozenset(tx.connection.execute(_ASIDE, {"now": now}).scalars())


def put_aside(tx: Tx, gateway: str, *, until: datetime) -> None:
    """Do not use a gateway for a while."""
    _known(tx, gateway)
    _change(tx, gateway, aside_until=until)


def gateway_faults(tx: Tx, gateway: str) -> int:
    """Faults in a row, without a success between."""
    found: int | None = tx.connection.execute(_FAULTS, {"name": gateway}).scalar_one_or_none()
    return found or 0


def count_gateway_fault(tx: Tx, gateway: str) -> int:
    """Count one more fault in a row and return how many there are."""
    faults = gateway_faults(tx, gateway) + 1
    _known(tx, gateway)
    _change(tx, gateway, faults=faults)
    return faults


def dead_since(tx: Tx, gateway: str, *, now: datetime) -> datetime:
    """Since when a gateway counts as dead: `now` where it was alive until now."""
    _known(tx, gateway)
    found: datetime | None = tx.connection.execute(
        select(_GATEWAYS.c.dead_since).where(_GATEWAYS.c.name == gateway)
    ).scalar_one()
    if found is None:
        _change(tx, gateway, dead_since=now)
    return found or now


def clear_gateway(tx: Tx, gateway: str) -> None:
    """It works again: no faults, not set aside, not dead."""
    _change(tx, gateway, faults=0, aside_until=None, dead_since=None)


def _known(tx: Tx, gateway: str) -> None:
    found = tx.connection.execute(
        select(_GATEWAYS.c.name).where(_GATEWAYS.c.name == gateway)
    ).first()
    if found is None:
        tx.connection.execute(_GATEWAYS.insert().values(name=gateway, faults=0))


def _change(tx: Tx, gateway: str, **columns: object) -> None:
    tx.connection.execute(update(_GATEWAYS).where(_GATEWAYS.c.name == gateway).values(**columns))
