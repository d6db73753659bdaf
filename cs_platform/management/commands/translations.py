"""Brings the Chinese catalogues in step with the source and compiles them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cs_platform.translations import APPS, Text, as_mo, as_po, catalogue_path, read_catalogue, update_catalogue


class Command(BaseCommand):
    help = "Finds new texts, drops those that are gone, compiles. Fails while a Chinese translation is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        translations = _all_translations()
        missing = 0
        for app in APPS:
            catalogue = update_catalogue(app, translations)
            path = catalogue_path(app)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_po(catalogue))
            path.with_suffix(".mo").write_bytes(as_mo(catalogue))
            empty = [text for text, string in read_catalogue(app).items() if not string]
            missing += len(empty)
            for text in empty:
                self.stdout.write(
                    f"{path.relative_to(path.parents[4])}: {text.context and text.context + ' | '}{text.singular!r}"
                )
        if missing:
            raise CommandError(f"{missing} texts have no Chinese translation; fill in msgstr in the files above.")


def _all_translations() -> dict[Text, str]:
    """What any app has: a text that moved to another app keeps its translation."""
    known: dict[Text, str] = {}
    for app in APPS:
        known |= {text: string for text, string in read_catalogue(app).items() if string}
    return known
