"""Dates in English pages as in Chinese ones: 2026-11-27 09:30 takes one line of a list, the American way three."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
TIME_FORMAT = "H:i"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]
