"""fangxun.toml and its secrets, checked; the only reader of both.

Relative paths are relative to the folder of fangxun.toml. A secret is never written in the file: it
is named, as "env:NAME", "file:PATH" or "credential:NAME" (systemd's credentials directory).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from fangxun.core.errors import N_, ConfigFault, Said
from fangxun.core.price import Price
from fangxun.core.rate import Limit, Unit

MOST_BYTES = 256_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_CURRENCY = re.compile("[A-Z]{3}")
_KIND = r"^[a-z0-9][a-z0-9_-]{0,39}$"
"""How a kind is named; which there are, the wiring knows: packages of others may bring more."""


class FeedConfig(_Strict):
    """One [[feed]]: see the comments in the file that `fangxun init` writes. Times in seconds."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    kind: str = Field(pattern=_KIND)
    url: str = ""
    path: str = ""
    mode: Literal["snapshot", "log"] = "log"
    interval: float = Field(60, ge=1, le=86400)
    silent_after: float = Field(900, ge=5, le=604800)
    deadline: float = Field(20, gt=0, le=300)
    max_bytes: int = Field(4_000_000, ge=1000, le=100_000_000)
    absent_polls: int = Field(3, ge=1, le=100)
    allow_hosts: tuple[str, ...] = ()
    headers: dict[str, str] = {}
    mapping: dict[str, str] = {}


class TemplateConfig(_Strict):
    """One [[gateway.template]]: what a provider has registered for a kind of text; `params` are
    the fields that it takes, in its order. Level, hazard and language "" are for all."""

    kind: str = Field(pattern=_KIND)
    id: str = Field(min_length=1, max_length=100)
    params: tuple[str, ...] = ()
    level: Literal["", "blue", "yellow", "orange", "red"] = ""
    hazard: Literal["", "rain", "flood", "flash_flood", "geological", "typhoon"] = ""
    language: Literal["", "zh_CN", "en"] = ""


class RateConfig(_Strict):
    """How fast something may be given messages: `burst` at once (by default those of a second), and
    `per_second` in the long run."""

    per_second: float = Field(gt=0, le=1000)
    burst: int = Field(default=0, ge=0, le=10_000)
    unit: Unit = Unit.MESSAGES

    @property
    def limit(self) -> Limit:
        """As the core has it."""
        return Limit(self.per_second, self.burst or max(1, int(self.per_second)), self.unit)


class GatewayConfig(_Strict):
    """One [[gateway]], in the order of preference; `settings` are its kind's own.

    Prices are of one segment and of one call, in `currency` (ISO 4217); None where nobody says.
    `rate` is what the gateway takes as a whole, `sender_rate` each of the numbers that its texts
    come from; without them it is given all at once.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    kind: str = Field(pattern=_KIND)
    price_per_segment: Decimal | None = Field(default=None, ge=0, le=1000)
    price_per_call: Decimal | None = Field(default=None, ge=0, le=1000)
    currency: str = ""
    template: tuple[TemplateConfig, ...] = ()
    rate: RateConfig | None = None
    sender_rate: RateConfig | None = None
    settings: dict[str, Any] = {}

    @model_validator(mode="after")
    def _in_a_currency(self) -> Self:
        """A price without currency is read by everybody in his own."""
        priced = self.price_per_segment is not None or self.price_per_call is not None
        if (priced or self.currency) and not _CURRENCY.fullmatch(self.currency):
            raise PydanticCustomError("currency", "a price has no currency")
        return self

    @property
    def price(self) -> Price:
        """What it takes for a message."""
        return Price(self.price_per_segment, self.price_per_call, self.currency)


class Settings(BaseSettings):
    """fangxun.toml as a whole. What the file does not name may come from the environment, as
    FANGXUN_CONF_ and its name; what stands in the file counts."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_prefix="FANGXUN_CONF_")

    language: Literal["", "zh_CN", "en"] = ""
    database: str = "sqlite:///state/fangxun.db"
    state_dir: Path = Path("state")
    journal_key: Path = Path("state/journal.key")
    district: Path = Path("district")
    call_sheets: Path = Path("state/call-sheets")
    """The folder in which the call sheet is rewritten after each apply, edit and hand-off."""
    bind: str = "127.0.0.1"
    port: int = Field(8787, ge=1, le=65535)
    public_base_url: str = ""
    heartbeat_url: str = ""
    in_flight: int = Field(50, ge=1, le=500)
    tick: float = Field(5.0, ge=0.2, le=60)
    feed: tuple[FeedConfig, ...] = ()
    gateway: tuple[GatewayConfig, ...] = ()
    folder: Path = Path()
    """Where fangxun.toml lies; set by `load`."""

    @property
    def heartbeat_path(self) -> Path:
        """The file that the daemon rewrites after each full cycle."""
        return self.state_dir / "heartbeat.json"


def find(environ: Mapping[str, str]) -> Path:
    """The configuration in force: FANGXUN_CONFIG, else fangxun.toml in the present folder."""
    return Path(environ.get("FANGXUN_CONFIG", "fangxun.toml"))


def load(path: Path) -> Settings:
    """Read and check fangxun.toml; ConfigFault names the field and what was expected."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigFault(
            N_("No configuration at {path}; write one with: fangxun init DIR"), path=path
        ) from error
    if len(raw) > MOST_BYTES:
        raise ConfigFault(N_("{path} is larger than {most} bytes."), path=path, most=MOST_BYTES)
    found = _toml(path, raw)
    folder = path.resolve().parent
    try:
        settings = Settings(**{**found, "folder": folder})
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigFault(
            N_("{path}: {field}: {why}"),
            path=path,
            field=_field(found, first["loc"]),
            why=why(first),
        ) from error
    _unique(path, "feed", [feed.name for feed in settings.feed])
    _unique(path, "gateway", [gateway.name for gateway in settings.gateway])
    return _absolute(settings, folder)


def _toml(path: Path, raw: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigFault(
            N_("{path}, line {line}: this is no UTF-8; save the file in that encoding."),
            path=path,
            line=raw.count(b"\n", 0, error.start) + 1,
        ) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else raw.count(b"\n") + 1
        twice = "overwrite" in str(error) or "twice" in str(error)
        raise ConfigFault(
            N_("{path}, line {line}: this name or heading stands in the file a second time.")
            if twice
            else N_(
                "{path}, line {line}: this is no valid TOML; a line is name = value, and texts "
                "stand in quotation marks."
            ),
            path=path,
            line=line,
        ) from error


def _field(found: Mapping[str, Any], loc: Sequence[str | int]) -> str:
    """Where a fault is: an entry of a list by its name, else by its place."""
    if len(loc) < len(("feed", 0)) or not isinstance(loc[1], int):
        return ".".join(str(part) for part in loc)
    entry = found[str(loc[0])][loc[1]]
    name = entry.get("name") if isinstance(entry, dict) else None
    inside = ".".join(str(part) for part in loc[2:])
    return f"[[{loc[0]}]] {name or f'#{loc[1] + 1}'} {inside}".rstrip()


_WHOLE = N_("a whole number is expected")
_NUMBER = N_("a number is expected")
_TEXT = N_("a text in quotation marks is expected")
_TABLE = N_("a table is expected")
_LIST = N_("a list is expected")
_WHY = {
    "missing": N_("it is missing"),
    "extra_forbidden": N_("there is no such setting"),
    "unexpected_keyword_argument": N_("there is no such setting"),
    "literal_error": N_("one of these is expected: {expected}"),
    "enum": N_("one of these is expected: {expected}"),
    "int_parsing": _WHOLE, "int_type": _WHOLE, "int_from_float": _WHOLE,
    "float_parsing": _NUMBER, "float_type": _NUMBER, "finite_number": _NUMBER,
    "decimal_parsing": _NUMBER, "decimal_type": _NUMBER,
    "currency": N_('prices need a currency of three capitals, such as currency = "CNY"'),
    "bool_parsing": N_("true or false is expected"), "bool_type": N_("true or false is expected"),
    "string_type": _TEXT, "path_type": _TEXT, "string_too_short": _TEXT,
    "string_pattern_mismatch": N_("only a-z, 0-9, - and _ are allowed, and at most 40 of them"),
    "greater_than": N_("more than {gt} is needed"),
    "greater_than_equal": N_("at least {ge} is needed"),
    "less_than": N_("less than {lt} is needed"),
    "less_than_equal": N_("at most {le} is allowed"),
    "list_type": _LIST, "tuple_type": _LIST,
    "dict_type": _TABLE, "model_type": _TABLE, "model_attributes_type": _TABLE,
    "dataclass_type": _TABLE, "dataclass_exact_type": _TABLE,
}  # fmt: skip
"""Pydantic's type of a fault -> what we say of it, with the fields that it gives."""


def why(fault: Mapping[str, Any]) -> Said:
    """One of pydantic's faults as a short reason that the catalogue knows."""
    given = {key: value for key, value in fault.get("ctx", {}).items() if key != "error"}
    if "expected" in given:
        given["expected"] = ", ".join(re.findall(r"'([^']*)'", str(given["expected"])))
    template = _WHY.get(str(fault["type"]), N_("this is not what is expected here"))
    return Said(template, tuple(given.items()))


def _unique(path: Path, kind: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigFault(
            N_("{path}: two [[{kind}]] are named {name}; names must differ."),
            path=path,
            kind=kind,
            name=twice[0],
        )


def _absolute(settings: Settings, folder: Path) -> Settings:
    database = settings.database
    prefix = "sqlite:///"
    if database.startswith(prefix) and not database.startswith("sqlite:////"):
        database = prefix + str(folder / database.removeprefix(prefix))
    return settings.model_copy(
        update={
            "database": database,
            "state_dir": folder / settings.state_dir,
            "journal_key": folder / settings.journal_key,
            "district": folder / settings.district,
            "call_sheets": folder / settings.call_sheets,
        }
    )


def secret(reference: str, *, environ: Mapping[str, str], folder: Path) -> str:
    """What "env:NAME", "file:PATH" or "credential:NAME" stands for; ConfigFault where missing."""
    kind, _, name = reference.partition(":")
    if kind == "env":
        value = environ.get(name, "")
    elif kind == "file":
        value = _first_line(folder / name)
    elif kind == "credential":
        value = _first_line(Path(environ.get("CREDENTIALS_DIRECTORY", os.devnull)) / name)
    else:
        raise ConfigFault(
            N_("A secret is named as env:NAME, file:PATH or credential:NAME, not written out.")
        )
    if not value:
        raise ConfigFault(N_("The secret {reference} is empty or missing."), reference=reference)
    return value


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline(4096).strip()
    except (OSError, UnicodeDecodeError):
        return ""
