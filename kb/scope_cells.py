"""Scope, validity, match mode and care of an entry as the cells of a file, there and back. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.text import normalise
from kb.models import Entry
from kb.readers.columns import CHANNELS, MATCH_MODE, PRODUCTS, REVIEW_BY, STAGES, VALID_FROM, VALID_UNTIL, VERBATIM

_SEPARATORS = re.compile(r"[\n|｜,，、;；]")
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?)?"
)
_MODES = {
    "meaning": Entry.MatchMode.MEANING,
    "意思相近": Entry.MatchMode.MEANING,
    "语义": Entry.MatchMode.MEANING,
    "exact": Entry.MatchMode.EXACT,
    "精确": Entry.MatchMode.EXACT,
    "完全一致": Entry.MatchMode.EXACT,
    "contains": Entry.MatchMode.CONTAINS,
    "包含": Entry.MatchMode.CONTAINS,
    "pattern": Entry.MatchMode.PATTERN,
    "句式": Entry.MatchMode.PATTERN,
}
STAGE_WORDS = {
    "售前": Entry.Stage.PRE_SALE,
    "售中": Entry.Stage.IN_SALE,
    "售后": Entry.Stage.AFTER_SALE,
    "before the sale": Entry.Stage.PRE_SALE,
    "until delivery": Entry.Stage.IN_SALE,
    "after delivery": Entry.Stage.AFTER_SALE,
    **{stage.value: stage for stage in Entry.Stage},
}
_YES = {"是", "yes", "true", "1", "y", "仅限原文"}
_NO = {"", "否", "no", "false", "0", "n"}

Add = Callable[[str, str], None]


@dataclass(frozen=True)
class ScopeCells:
    """What a row says about whom and when its entry is for. Channels, products and owner are still names."""

    is_verbatim: bool = False
    match_mode: str = Entry.MatchMode.MEANING
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    channels: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    owner: str = ""
    review_by: date | None = None

    @property
    def key(self) -> str:
        """Rows of one file with the same question differ in this."""
        period = (str(moment or "") for moment in (self.valid_from, self.valid_until))
        return "\n".join((*period, *sorted(self.channels), *sorted(self.stages), *sorted(self.products)))


def parse_scope(cells: Mapping[str, str], owner: str, add: Add) -> ScopeCells:
    """Read the cells; `add` gets the column and the text of each problem."""
    return ScopeCells(
        is_verbatim=_verbatim(cells[VERBATIM], add),
        match_mode=_mode(cells[MATCH_MODE], add),
        valid_from=_moment(cells[VALID_FROM], VALID_FROM, add),
        valid_until=_moment(cells[VALID_UNTIL], VALID_UNTIL, add),
        channels=_list(cells[CHANNELS]),
        stages=_stages(cells[STAGES], add),
        products=_list(cells[PRODUCTS]),
        owner=owner.strip(),
        review_by=_day(cells[REVIEW_BY], add),
    )


def moment_text(moment: datetime | None) -> str:
    """A moment as it is read again, in the shop's time zone; seconds only where there are any."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


def _list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in _SEPARATORS.split(text) if part.strip()))


def _verbatim(text: str, add: Add) -> bool:
    word = normalise(text)
    if word not in _YES | _NO:
        add(VERBATIM, _("“%(text)s” is not known. Write 是 or 否, or leave it empty.") % {"text": text[:20]})
    return word in _YES


def _mode(text: str, add: Add) -> str:
    if not text.strip():
        return Entry.MatchMode.MEANING
    mode = _MODES.get(normalise(text))
    if mode is None:
        known = "意思相近、完全一致、包含、句式"
        add(MATCH_MODE, _("“%(text)s” is no match mode. There are: %(known)s.") % {"text": text[:20], "known": known})
    return mode or Entry.MatchMode.MEANING


def _stages(text: str, add: Add) -> tuple[str, ...]:
    found = []
    for word in _list(text):
        if (stage := STAGE_WORDS.get(normalise(word))) is None:
            add(STAGES, _("“%(stage)s” is no stage. There are: 售前、售中、售后.") % {"stage": word[:20]})
        else:
            found.append(stage.value)
    return tuple(stage for stage in Entry.Stage.values if stage in found)


def _moment(text: str, column: str, add: Add) -> datetime | None:
    """A day alone counts whole: from its beginning, and until its end. Workbooks write a day with 00:00:00."""
    if not text.strip():
        return None
    try:
        day, clock = _read_date(text)
    except ValueError:
        add(column, _("“%(text)s” is no point in time. Write it as 2026-11-30 23:59.") % {"text": text[:30]})
        return None
    if clock is None and column == VALID_UNTIL:
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, clock or time()))


def _day(text: str, add: Add) -> date | None:
    if not text.strip():
        return None
    try:
        return _read_date(text)[0]
    except ValueError:
        add(REVIEW_BY, _("“%(text)s” is no date. Write it as 2026-11-30.") % {"text": text[:30]})
        return None


def _read_date(text: str) -> tuple[date, time | None]:
    """A day, and the time of day where one is given. Raises `ValueError`."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = match.groups()
    is_whole_day = hour is None or (second is not None and not int(hour) + int(minute) + int(second))
    clock = None if is_whole_day else time(int(hour), int(minute), int(second or 0))
    return date(int(year), int(month), int(day)), clock
