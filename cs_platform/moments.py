"""Times that a shop can mean. Outside these years a time is a slip of a system's, and some databases and clocks do not
follow there: before 1901 the offset of China's clocks has seconds, which no reader of ISO 8601 takes."""

from datetime import datetime

YEARS = range(1970, 3000)


def is_plausible(moment: datetime) -> bool:
    return moment.year in YEARS
