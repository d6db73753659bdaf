"""The mail of the weekly report is read as its subscriber reads it."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from reports.models import Subscriber
from reports.rehearsal.board import OF_WEEK, Week
from reports.rehearsal.monday import SUBSCRIBER, await_mails
from reports.weekly import mail_reports, write_weekly_report
from tests.reports.test_weekly import IN_WEEK, NOW, ask


@pytest.mark.django_db
def test_the_workbook_of_a_mail_is_the_week(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_URL = "file"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    Subscriber.objects.create(email=SUBSCRIBER)
    ask("能用电压力锅吗", IN_WEEK)
    write_weekly_report(NOW)
    assert mail_reports() == 1
    [mail] = await_mails(tmp_path)
    assert (mail.to, mail.week) == (SUBSCRIBER, Week(dict.fromkeys(OF_WEEK, 0), {"能用电压力锅吗": 1}))
