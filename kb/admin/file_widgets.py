"""The choice of a file to import."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget


def upload_widget(kinds: Iterable[str]) -> UnfoldAdminFileFieldWidget:
    """For files of these kinds. The browser says at once that one is too large: sent, it would be cut off unread."""
    return UnfoldAdminFileFieldWidget(
        attrs={
            "accept": ",".join(f".{kind}" for kind in kinds),
            "data-bytes-max": settings.IMPORT_FILE_BYTES_MAX,
            "data-too-large": format_lazy(
                _("The file is larger than {limit} MB. Split it into several files."),
                limit=settings.IMPORT_FILE_BYTES_MAX // 1024**2,
            ),
        }
    )
