"""A day on which less happened than was planned is no proof."""

from collections import Counter
from dataclasses import replace

from reports.rehearsal.ledger import DayLedger
from reports.rehearsal.plan import make_plan
from reports.rehearsal.promises import happened, promised
from reports.rehearsal.seat import Pad
from reports.rehearsal.verdict import Verdict
from tests.reports.rehearsal.lines import line, read


def test_the_whole_day_promises_its_figures() -> None:
    counts = promised(make_plan(1.0, 1))
    assert (counts["customers"], counts["broadcasts"], counts["orders"]) == (510, 497, 27)
    assert (counts["handoffs"], counts["wake_ups"], counts["leads"]) == (50, 30, 25)
    assert (counts["notices"], counts["tickets"]) == (48, 20)


def test_chats_tell_what_happened_in_them() -> None:
    notice = replace(read(line(4, "system", "notice"))[0], card={"tracking": "ZT1"})
    heard = {7: [*read(line(1, "system", "queued"), line(2, "system", "queued")), notice, notice], 8: []}
    counts = happened(DayLedger(tickets=Counter(agent=1, api=2)), heard)
    assert (counts["customers"], counts["handoffs"], counts["notices"], counts["tickets"]) == (2, 1, 2, 3)
    assert counts["wake_ups"] == 0


def test_less_than_was_planned_is_a_difference_and_more_is_none() -> None:
    verdict = Verdict()
    verdict.compare_promises({"tickets": 20, "wake_ups": 30}, {"tickets": 19, "wake_ups": 31})
    assert verdict.differences == {"planned.tickets": (20, 19)}


def test_the_pad_is_everybodys_and_gives_what_it_has() -> None:
    pad = Pad(2)
    assert [pad.tear_off(), pad.tear_off(), pad.tear_off()] == [True, True, False]
    pad.put_back()
    assert [pad.tear_off(), pad.tear_off()] == [True, False]
