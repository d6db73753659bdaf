"""What an entry must be before it is stored: one place for form, file, API and proposals. Pure."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cs_platform.handoff import check_handoff
from cs_platform.text import phrase_key
from kb.matching import CONTAINED_MIN
from kb.models import Entry
from kb.models.entry import lines
from kb.patterns import parse_pattern
from kb.variables import known_variables, unknown_variables

_TEXTS = ("variants", "answer", "related", "handoff", "channels")


def tidy_entry(entry: Entry) -> None:
    """One kind of line break, and no space around a text: what is stored again unchanged is no change."""
    for name in _TEXTS:
        text = getattr(entry, name).replace("\r\n", "\n").replace("\r", "\n")
        setattr(entry, name, text.strip() if name != "answer" else text.rstrip())


def check_entry(entry: Entry) -> None:
    """Raise `ValidationError`, a sentence per field, for an entry that could not do what it says."""
    problems: dict[str, str] = {}
    if entry.valid_from and entry.valid_until and entry.valid_until <= entry.valid_from:
        problems["valid_until"] = _("It would end before it begins.")
    if unknown := set(entry.stage_list) - set(Entry.Stage.values):
        problems["stages"] = _("“%(stage)s” is no stage.") % {"stage": min(unknown)}
    if unknown_names := unknown_variables(entry.answer):
        text = _("“{%(name)s}” stands for nothing. An answer may use: %(names)s.")
        problems["answer"] = text % {"name": unknown_names[0], "names": ", ".join(known_variables())}
    try:
        check_handoff(entry.handoff)
    except ValidationError as error:
        problems["handoff"] = " ".join(error.messages)
    if text := _match_problem(entry):
        problems["variants" if lines(entry.variants) else "match_mode"] = text
    if problems:
        raise ValidationError(problems)


def _match_problem(entry: Entry) -> str:
    if entry.match_mode not in Entry.MatchMode.values:
        return _("This match mode is not known.")
    if entry.match_mode == Entry.MatchMode.CONTAINS:
        short = [text for text in entry.phrasings if len(phrase_key(text)) < CONTAINED_MIN]
        text = _("“%(phrasing)s” is too short: it occurs in too many questions. Two characters at least.")
        return text % {"phrasing": short[0]} if short else ""
    if entry.match_mode == Entry.MatchMode.PATTERN:
        return _pattern_problem(lines(entry.variants))
    return ""


def _pattern_problem(patterns: list[str]) -> str:
    if not patterns:
        return _("Write at least one pattern into the other phrasings.")
    try:
        for pattern in patterns:
            parse_pattern(pattern)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
