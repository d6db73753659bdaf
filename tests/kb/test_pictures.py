"""Pictures of answers: real ones only, cleaned, few, and changed by who may."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cs_platform.models import User
from kb.models import EntryPicture
from kb.services.pictures import PICTURES_MAX, add_picture, pictures_of, remove_picture
from tests.conversations.pictures import picture
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


def test_a_picture_is_kept_once(manager: User) -> None:
    entry = make_entry("尺码怎么选")
    for name in ("a.png", "b.png"):
        add_picture(entry, picture(), name, by=manager)
    assert [(one.name, one.content_type, one.width) for one in pictures_of(entry.pk)] == [("a.png", "image/png", 8)]


@pytest.mark.parametrize("body", [b"", b"MZ\x90", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_no_picture_is_refused(body: bytes, manager: User) -> None:
    with pytest.raises(ValidationError):
        add_picture(make_entry("尺码怎么选"), body, "a.png", by=manager)
    assert not EntryPicture.objects.exists()


def test_a_handful_is_enough(manager: User) -> None:
    entry = make_entry("尺码怎么选")
    for size in range(1, PICTURES_MAX + 1):
        add_picture(entry, picture(size=(size, 5)), "a.png", by=manager)
    with pytest.raises(ValidationError):
        add_picture(entry, picture(size=(9, 9)), "a.png", by=manager)


def test_an_agent_changes_nothing_that_customers_see(agent: User, manager: User) -> None:
    entry = make_entry("尺码怎么选")
    kept = add_picture(entry, picture(), "a.png", by=manager)
    with pytest.raises(PermissionDenied):
        add_picture(entry, picture(size=(3, 3)), "b.png", by=agent)
    with pytest.raises(PermissionDenied):
        remove_picture(entry, kept.pk, by=agent)
    assert entry.pictures.get() == kept


def test_the_page_adds_shows_and_removes(client: Client, manager: User) -> None:
    client.force_login(manager)
    entry = make_entry("尺码怎么选")
    url = f"/admin/kb/entry/{entry.pk}/pictures/"
    client.post(url, {"add": "1", "picture": SimpleUploadedFile("chart.png", picture())})
    kept = entry.pictures.get()
    shown = client.get(url, {"show": kept.pk})
    assert (shown["Content-Type"], shown.content) == ("image/png", bytes(kept.body))
    assert "chart.png" in client.get(url).content.decode()
    client.post(url, {"remove": kept.pk})
    assert not entry.pictures.exists()
