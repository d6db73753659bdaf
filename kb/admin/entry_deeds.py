"""What is done to entries from the list and from an entry's own page: one service each."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action

from cs_platform.admin.pages import asks_first
from kb import services
from kb.admin.gate_page import through_gate
from kb.admin.people import who
from kb.admin.publishing import publish_or_ask
from kb.admin.returning import return_page
from kb.models import Entry


class EntryDeeds:
    """Publish, take back, archive, adopt, send back."""

    def has_publish_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("kb.publish_entry")

    def has_review_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether this entry waits for the review of this person."""
        waits = Entry.objects.in_review().filter(pk=object_id) if object_id else Entry.objects.none()
        return self.has_publish_permission(request) and waits.exists()

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Entry]) -> HttpResponse | None:
        empty = queryset.filter(answer="").count()
        if empty:
            text = ngettext(
                "%(count)s entry has no answer yet and stays as it is.",
                "%(count)s entries have no answer yet and stay as they are.",
                empty,
            )
            messages.warning(request, text % {"count": empty})
        return publish_or_ask(request, queryset)

    @admin.action(description=_("Back to draft"), permissions=["publish"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        count = services.unpublish_entries(queryset, by=who(request))
        text = ngettext("%(count)s entry is a draft again.", "%(count)s entries are drafts again.", count)
        messages.success(request, text % {"count": count})

    @admin.action(description=_("Archive"), permissions=["publish"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        count = services.archive_entries(queryset, by=who(request))
        text = ngettext("%(count)s entry archived.", "%(count)s entries archived.", count)
        messages.success(request, text % {"count": count})

    @admin.action(description=_("Keep samples as our own"), permissions=["change"])
    def adopt(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        count = services.adopt_entries(queryset, by=who(request))
        text = ngettext("%(count)s sample is now your own.", "%(count)s samples are now your own.", count)
        messages.success(request, text % {"count": count})

    @action(description=_("Publish"), url_path="publish-this", icon="check", permissions=["review"])
    @asks_first(_("Publish"), _("From now on customers get this answer."))
    @through_gate
    def publish_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        waiting = Entry.objects.in_review().filter(pk=object_id)
        return publish_or_ask(request, waiting) or redirect("admin:kb_entry_change", object_id)

    @action(description=_("Send back"), url_path="return", icon="undo", permissions=["review"])
    def return_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return return_page(self, request, get_object_or_404(Entry.objects.in_review(), pk=object_id))  # type: ignore[arg-type]
