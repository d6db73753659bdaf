"""E-mail, through the server that `EMAIL_URL` names."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext

from cs_platform.models import NoticeTarget
from cs_platform.notify.contract import TIMEOUT_SECONDS, Notice, NoticeFailed


def send(target: NoticeTarget, notice: Notice) -> None:
    """Send a plain text. Raises `NoticeFailed`."""
    if not settings.EMAIL_URL:
        raise NoticeFailed(gettext("No mail server is set: EMAIL_URL."), is_permanent=True)
    message = EmailMessage(
        subject=notice.title.replace("\n", " ").replace("\r", " ")[:150],
        body="\n\n".join(part for part in (notice.text, notice.url) if part) or notice.title,
        to=[target.address],
        connection=get_connection(timeout=TIMEOUT_SECONDS),
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise NoticeFailed(str(error)[:300], is_permanent=True) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NoticeFailed(f"{type(error).__name__}: {error}"[:300]) from error
