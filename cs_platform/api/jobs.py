"""Chores of the API."""

from cs_platform.api.idempotency import forget_old_replies
from cs_platform.jobs import schedule_job

schedule_job("forget old API replies", forget_old_replies, cron="17 * * * *")
