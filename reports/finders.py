"""ECharts comes in a wheel of another purpose; exactly its one script is served, and nothing else of that package."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

PREFIX, SCRIPT = "reports", "echarts.min.js"


class ChartScriptFinder(BaseFinder):
    """Finds `reports/echarts.min.js` inside the installed package."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        folder = _folder()
        found = folder / SCRIPT if folder and path == f"{PREFIX}/{SCRIPT}" else None
        if found is None or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        folder = _folder()
        if folder and not matches_patterns(SCRIPT, ignore_patterns or []):
            storage = FileSystemStorage(location=folder)
            storage.prefix = PREFIX  # type: ignore[attr-defined]
            yield SCRIPT, storage


def _folder() -> Path | None:
    # Only the file is wanted: importing the package would load a spreadsheet program.
    wheel = find_spec("xlsx2echarts")
    places = wheel.submodule_search_locations if wheel else None
    return Path(places[0]) / "static" if places else None
