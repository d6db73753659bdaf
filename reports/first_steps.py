"""What a new shop does first, and which of it is done."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.models import Message
from cs_platform.models import User
from cs_platform.roles import AGENT
from routing.models import Channel


@dataclass(frozen=True)
class Step:
    title: str | Promise
    hint: str | Promise
    url: str
    is_done: bool


def first_steps(*, own_published: int) -> list[Step]:
    """The steps in order; an empty list once all are done."""
    channels = Channel.objects.filter(is_enabled=True)
    steps = [
        Step(
            _("Bring in your knowledge"),
            _("Upload an Excel file of questions and answers, or write the first entries by hand."),
            reverse("admin:kb_entry_import_entries"),
            own_published > 0,
        ),
        Step(
            _("Try a few questions"),
            _("Ask as your customers do and see what the AI would answer."),
            reverse("admin:kb_entry_try_question"),
            Message.objects.from_customer().exists(),
        ),
        Step(
            _("Add your colleagues"),
            _("Give everybody who answers customers the role Agent."),
            reverse("admin:cs_platform_user_changelist"),
            User.objects.filter(groups__name=AGENT, is_active=True).exists(),
        ),
        Step(
            _("Put the chat on your site"),
            _("One line of code: name your site in the channel, then copy the line."),
            reverse("admin:routing_channel_changelist"),
            channels.exclude(allowed_origins="").exists(),
        ),
    ]
    return [] if all(step.is_done for step in steps) else steps
