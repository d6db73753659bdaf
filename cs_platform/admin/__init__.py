"""Back office pages of the floor: people, keys, webhooks, notices, what was done, jobs that failed."""

from django.contrib import admin

from cs_platform.admin import audit, keys, notices, outbox, people, webhooks

__all__ = ["audit", "keys", "notices", "outbox", "people", "webhooks"]

admin.site.empty_value_display = "—"  # as our own columns say that there is nothing
