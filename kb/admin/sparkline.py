"""Counts as small bars: how something went over the last weeks, at a glance."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

_HEIGHT = 16
_STEP = 6  # the width of a bar with its gap
_EMPTY = mark_safe(' class="is-empty"')  # a week without any is a stroke, not a hole


def sparkline(counts: Sequence[int]) -> str:
    """The counts, the newest last, as an inline picture that is also read out."""
    highest = max(counts, default=0) or 1
    heights = [max(1.0, count / highest * _HEIGHT) for count in counts]
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}"{}></rect>',
        (
            (place * _STEP, f"{_HEIGHT - height:.1f}", _STEP - 2, f"{height:.1f}", "" if counts[place] else _EMPTY)
            for place, height in enumerate(heights)
        ),
    )
    label = _("per week, the newest last: %(counts)s") % {"counts": ", ".join(map(str, counts))}
    return format_html(
        '<svg class="bo-spark" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        len(counts) * _STEP, _HEIGHT, label, bars,
    )  # fmt: skip
