"""Pictures of answers: added, taken away, and handed to who sends an answer."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cs_platform.audit import record
from cs_platform.media import Media, Unacceptable, examine
from cs_platform.models import User
from kb.models import Entry, EntryPicture
from kb.services.entries import require_publisher

PICTURES_MAX = 4
BYTES_MAX = 3_000_000


def add_picture(entry: Entry, body: bytes, name: str, *, by: User | None) -> EntryPicture:
    """Keep one more picture for an answer, cleaned of everything but its pixels. Twice the same is kept once."""
    if entry.status == Entry.Status.PUBLISHED:
        require_publisher(by)
    media = _examine(body, name)
    try:
        with transaction.atomic():
            Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
            if entry.pictures.count() >= PICTURES_MAX:
                raise ValidationError(_("At most %(limit)s pictures per answer.") % {"limit": PICTURES_MAX})
            picture = EntryPicture.objects.create(
                entry=entry,
                name=media.name,
                content_type=media.content_type,
                width=media.width,
                height=media.height,
                body=media.body,
                sha256=media.sha256,
            )
            record("entry.picture_added", entry, by=by, file=media.name)
    except IntegrityError:
        return EntryPicture.objects.get(entry=entry, sha256=media.sha256)
    return picture


def remove_picture(entry: Entry, picture_id: int, *, by: User | None) -> bool:
    """Take a picture away; False when it was gone already."""
    if entry.status == Entry.Status.PUBLISHED:
        require_publisher(by)
    with transaction.atomic():
        removed, _counts = EntryPicture.objects.filter(entry=entry, pk=picture_id).delete()
        if removed:
            record("entry.picture_removed", entry, by=by)
    return bool(removed)


def pictures_of(entry_id: int) -> list[Media]:
    """What goes out with the answer of an entry, in the order in which it was added."""
    return [
        Media("image", picture.name, picture.content_type, bytes(picture.body), picture.width, picture.height)
        for picture in EntryPicture.objects.filter(entry_id=entry_id)
    ]


def _examine(body: bytes, name: str) -> Media:
    try:
        media = examine(body, name)
    except Unacceptable as error:
        raise ValidationError(_too_big() if error.code == "too_big" else _no_picture()) from error
    if media.kind != "image":
        raise ValidationError(_no_picture())
    if len(media.body) > BYTES_MAX:
        raise ValidationError(_too_big())
    return media


def _too_big() -> str:
    return _("The picture is too big.")


def _no_picture() -> str:
    return _("This is no picture: PNG, JPEG, WebP or GIF.")
