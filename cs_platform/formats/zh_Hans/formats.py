"""Dates in Chinese pages: 2026-11-27 09:30 takes one line of a list where 2026年11月27日 09:30 takes two."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
