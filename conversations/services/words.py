"""What the platform itself says to customers, in the language of their channel."""

from contextlib import AbstractContextManager
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext

from conversations.models import Conversation
from conversations.outlook import Outlook

MINUTE = 60
TOO_LONG_TO_PROMISE = 60 * MINUTE  # a longer estimate is no help to anybody


def in_language_of(conversation_id: int) -> AbstractContextManager[None]:
    """Texts made within are in the language of the conversation's channel, whoever the request belongs to."""
    found = Conversation.objects.filter(pk=conversation_id).values_list("channel__language", flat=True).first()
    return translation.override(found or settings.LANGUAGE_CODE)


def queue_text(outlook: Outlook) -> str:
    """Whether somebody is there, how many are first, how long it takes; or when somebody is back."""
    if outlook.is_staffed and outlook.position:
        place, wait = _place_text(outlook.position), _wait_text(outlook.wait_seconds)
        return gettext("%(place)s %(wait)s") % {"place": place, "wait": wait} if wait else place
    if outlook.back_at is not None:
        return gettext(
            "None of my colleagues is here at this hour. They are back %(when)s; your question is kept and will be"
            " answered here. You can also leave a message, and we get back to you."
        ) % {"when": moment(outlook.back_at)}
    return gettext(
        "None of my colleagues is online right now. Your question is kept, and a person will answer it here"
        " as soon as somebody is back. You can also leave a message, and we get back to you."
    )


def moment(at: datetime) -> str:
    """A moment as the shop's clock shows it, without the date when that is today."""
    local, today = timezone.localtime(at), timezone.localdate()
    clock = date_format(local, "H:i")
    days = (local.date() - today).days
    if days == 0:
        return gettext("today at %(clock)s") % {"clock": clock}
    if days == 1:
        return gettext("tomorrow at %(clock)s") % {"clock": clock}
    day = date_format(local, pgettext("date format", "F j"))
    return gettext("on %(day)s at %(clock)s") % {"day": day, "clock": clock}


def leave_options() -> list[dict[str, str]]:
    return [{"id": "leave_message", "text": gettext("Leave a message")}]


def _place_text(position: int) -> str:
    if position == 1:
        return gettext("I am getting a person for you. You are next.")
    return ngettext(
        "I am getting a person for you. %(count)d customer is before you.",
        "I am getting a person for you. %(count)d customers are before you.",
        position - 1,
    ) % {"count": position - 1}


def _wait_text(seconds: int | None) -> str:
    if seconds is None or seconds > TOO_LONG_TO_PROMISE:
        return ""
    if seconds < MINUTE:
        return gettext("It usually takes less than a minute.")
    minutes = -(-seconds // MINUTE)
    return ngettext(
        "It usually takes about %(count)d minute.", "It usually takes about %(count)d minutes.", minutes
    ) % {"count": minutes}
