"""A disk on which nothing can be kept."""

from typing import Any

from django.core.files.storage import Storage


class FullDisk(Storage):
    def _save(self, name: str, content: Any) -> str:
        raise OSError(28, "No space left on device")

    def exists(self, name: str) -> bool:
        return False
