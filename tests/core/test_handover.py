"""The notice at hand-over: open matters, and a head hash that a cut tail shows against."""

from __future__ import annotations

from fangxun.core.handover import HEAD_DIGITS, note
from fangxun.core.journal import Anchor, Entry, Event, Line, Tamper, chain, verify
from fangxun.core.message import render, segments
from fangxun.text.templates import TEMPLATES
from tests.core.storm import NOW

KEY = b"key"


def lines(count):
    found, previous = [], ""
    for seq in range(1, count + 1):
        entry = Entry(NOW, Event.HANDOVER, "system", "post/duty", str(seq))
        previous = chain(KEY, previous, seq, entry)
        found.append(Line(seq, entry, previous))
    return found


def test_the_notice_names_open_matters_and_fits_its_text():
    fields = note(count=12345, head="ab" * 32, incidents=2, unconfirmed=3, unreached=1)
    for words in TEMPLATES.values():
        text = render(words["notice_handover"], fields, signature="云溪防汛")
        assert segments(text).count <= 2
        for value in ("12345", "ab" * (HEAD_DIGITS // 2), "2", "3", "1"):
            assert value in text


def test_what_the_leader_holds_proves_a_whole_journal_and_shows_a_cut_tail():
    whole = lines(6)
    held = note(count=6, head=whole[-1].mac, incidents=0, unconfirmed=0, unreached=0)
    anchor = Anchor(int(str(held["count"])), str(held["head"]))
    assert verify(KEY, whole, anchor) == ()
    assert [found.tamper for found in verify(KEY, whole[:4], anchor)] == [Tamper.CUT_OFF]
