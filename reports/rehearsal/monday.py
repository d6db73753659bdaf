"""The Monday after: the weekly report is written, kept and mailed, and must tell what the ledger tells."""

import email
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.utils import timezone
from openpyxl import load_workbook

from reports.rehearsal.board import Week
from reports.weekly import write_weekly_report

SUBSCRIBER = "dianzhang@example.com"
PATIENCE_SECONDS = 60.0
_END_OF_MAIL = b"-" * 79 + b"\n"


def be_monday() -> None:
    """What the clock does on Mondays at 8. Runs inside the platform, by `shell`."""
    write_weekly_report(timezone.now() + timedelta(days=7))


@dataclass(frozen=True, slots=True)
class Mail:
    """What a subscriber got; the report is its workbook."""

    to: str
    week: Week


def await_mails(folder: Path) -> Sequence[Mail]:
    """Everything that was mailed, as soon as there is something."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := [mail for file in sorted(folder.glob("*")) for mail in _mails_in(file.read_bytes())]):
        if time.monotonic() > until:
            return []
        time.sleep(1.0)
    return found


def _mails_in(content: bytes) -> list[Mail]:
    """Of one connection. Its last mail is whole once the line below it is there."""
    return [_read(one) for one in content.split(_END_OF_MAIL)[:-1]]


def _read(content: bytes) -> Mail:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    [attached] = message.iter_attachments()
    sheets = load_workbook(io.BytesIO(attached.get_content())).worksheets
    summary, gaps = (sheet.iter_rows(min_row=2, values_only=True) for sheet in sheets[:2])
    return Mail(str(message["To"]), Week.of(summary, gaps))
