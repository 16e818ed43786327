"""Phone numbers as clerks write them -> E.164, by libphonenumber's tables for mainland China."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fangxun.core.errors import N_
from fangxun.core.responsibility import Phone, fictional
from fangxun.district import cells
from fangxun.district.faults import Amiss

REGION = "CN"
"""Of numbers without a country code."""

MOST_PHONES = 6
_BETWEEN = re.compile(r"[/、;,，；|\n]+")
_REMARK = re.compile(r"\(([^()\d]*)\)|\[([^\[\]\d]*)\]")
_VOICE_ONLY = ("座机", "固话", "办公", "宅电", "语音", "voice", "landline")
_SMS_ONLY = ("短信", "sms")
_NUMBER = re.compile(r"\+?[\d\s().-]{3,32}")
_EXPONENT = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_MOBILE = re.compile(r"\+861[3-9]\d{9}")
"""The shape of a mobile number; new ranges are in use before libphonenumber knows them."""
_MOST_TOKENS = 24


@dataclass(frozen=True, slots=True)
class Phones:
    """What a cell holds.

    `fictional`: numbers that ring nobody; `unknown`: shaped like a mobile number, in no range that
    libphonenumber knows.
    """

    phones: tuple[Phone, ...] = ()
    fictional: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def read_phones(cell: str) -> Phones:
    """All numbers of a cell, separated by / 、 ; , or blanks; Amiss where one is none.

    "(座机)" or "(voice)" after a number: takes no SMS; "(短信)" or "(sms)": takes no calls.
    """
    found: list[Phone] = []
    fiction: list[str] = []
    unknown: list[str] = []
    for chunk in _BETWEEN.split(cells.plain(cell)):
        if not chunk.strip():
            continue
        for number, remark in _numbers(chunk.strip()):
            phone, known = _phone(number, remark)
            if phone.number in (other.number for other in found):
                raise Amiss(N_("{name} holds the number {value} twice"), value=phone.number)
            found.append(phone)
            if fictional(phone.number):
                fiction.append(phone.number)
            elif not known:
                unknown.append(phone.number)
    if len(found) > MOST_PHONES:
        raise Amiss(N_("{name} holds more than {most} numbers"), most=MOST_PHONES)
    return Phones(tuple(found), tuple(fiction), tuple(unknown))


def _numbers(chunk: str) -> list[tuple[str, str]]:
    """(E.164 number, remark) of each number in a chunk without separators but blanks."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for remark in _REMARK.finditer(chunk):
        before = chunk[at : remark.start()].strip()
        if not before:
            raise _no_number(chunk)
        *others, last = _split(before)
        pieces += [(number, "") for number in others]
        pieces.append((last, (remark[1] or remark[2] or "").strip()))
        at = remark.end()
    rest = chunk[at:].strip()
    return pieces + [(number, "") for number in _split(rest)] if rest else pieces


def _split(text: str) -> list[str]:
    """One number with blanks in it, or several separated by blanks: the fewest that fit."""
    whole = _e164(text)
    if whole:
        return [whole]
    tokens = text.split()
    best: list[list[str] | None] = [[]]
    for end in range(1, min(len(tokens), _MOST_TOKENS) + 1):
        best.append(None)
        for start in range(end):
            before = best[start]
            number = _e164(" ".join(tokens[start:end])) if before is not None else ""
            if before is not None and number:
                fewest = best[end]
                if fewest is None or len(before) + 1 < len(fewest):
                    best[end] = [*before, number]
    split = best[-1] if len(tokens) <= _MOST_TOKENS else None
    if not split:
        raise _no_number(text)
    return split


def _no_number(text: str) -> Amiss:
    """What is wrong with a text that is no number."""
    if _EXPONENT.search(text):
        message = N_("{name} “{value}” was spoilt by a spreadsheet; format the column as text")
    else:
        message = N_(
            "{name} “{value}” is no phone number; expected 11 digits of a mobile, a landline with "
            "its area code, or +86 ...; several separated by /"
        )
    return Amiss(message, value=cells.shown(text))


def _e164(text: str) -> str:
    """The number in E.164 where it is a valid one, fictional, or shaped like a mobile; else ""."""
    # A spreadsheet makes 10000000123.0 of a number; nothing else ends like that.
    text = text.removesuffix(".0")
    if not _NUMBER.fullmatch(text):
        return ""
    digits = re.sub(r"\D", "", text)
    bare = "+" + digits if text.startswith("+") else "+86" + digits
    if fictional(bare):
        return bare
    return _valid(text) or (bare if _MOBILE.fullmatch(bare) else "")


def _phone(number: str, remark: str) -> tuple[Phone, bool]:
    """The phone with what it can take, and whether libphonenumber knows its range."""
    import phonenumbers  # noqa: PLC0415  40 ms that only reading a folder should cost

    parsed = phonenumbers.parse(number, REGION)
    landline = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.FIXED_LINE
    remark = remark.casefold()
    voice_only = any(word in remark for word in _VOICE_ONLY)
    sms_only = any(word in remark for word in _SMS_ONLY)
    if remark and not (voice_only or sms_only):
        known = ", ".join((*_VOICE_ONLY, *_SMS_ONLY))
        message = N_("{name}: the remark “{value}” is not known; expected one of: {known}")
        raise Amiss(message, value=cells.shown(remark), known=known)
    phone = Phone(number, sms=not (landline or voice_only), voice=not sms_only)
    return phone, phonenumbers.is_valid_number(parsed)


def _valid(text: str) -> str:
    """A valid number in E.164, else ""."""
    import phonenumbers  # noqa: PLC0415  see above

    try:
        parsed = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
