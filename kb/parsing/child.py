"""The child process of `kb.readers.sandbox`: a file on standard input, JSON lines on standard output.

Each line is one of `{"row": …}`, `{"progress": [done, of]}`, `{"pictures": count}`, `{"refusal": [text, values]}`,
`{"failure": name}` and `{"end": {"peak_mb": …}}`. If none of the last three comes, the child was stopped.
"""

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from kb.parsing.confinement import confine, peak_mb
from kb.parsing.refusal import Refusal, too_many_rows
from kb.parsing.steps import PicturesAhead, Progress

MODULES = {
    "xlsx": "kb.parsing.workbook",
    "csv": "kb.parsing.delimited",
    "jsonl": "kb.parsing.json_lines",
    "docx": "kb.parsing.word",
    "outline": "kb.parsing.outline",
    "pdf": "kb.parsing.pdf",
}
# openpyxl loads it when it is there, for nothing that we use: a third of the child's start.
_LEFT_OUT = {"xlsx": ("numpy",)}


def parse(kind: str, content: bytes, options: Mapping[str, Any]) -> Iterator[Any]:
    """The rows of a file, and steps between them; raises Refusal."""
    parser = importlib.import_module(MODULES[kind])  # only what this kind needs
    rows = 0
    for item in parser.parse(content, options):
        if not isinstance(item, Progress | PicturesAhead):
            rows += 1
            if rows > options["rows_max"]:
                raise too_many_rows(options["rows_max"])
        yield item


def main() -> None:
    """Parse and report; whatever happens, happens here."""
    kind, options = sys.argv[1], json.loads(sys.argv[2])
    confine(**options.pop("limits"))
    for name in _LEFT_OUT.get(kind, ()):
        sys.modules[name] = None  # type: ignore[assignment]  # to import it fails from now on
    try:
        for item in parse(kind, sys.stdin.buffer.read(), options):
            _say_item(item)
        _say("end", {"peak_mb": peak_mb()})
    except Refusal as refusal:
        _say("refusal", [refusal.text, refusal.values])
    except MemoryError:
        _say("failure", "memory")
    except BrokenPipeError:
        pass
    except Exception as error:
        _say("failure", f"{type(error).__name__}: {error}"[:500])


def _say_item(item: object) -> None:
    if isinstance(item, Progress):
        _say("progress", item)
    elif isinstance(item, PicturesAhead):
        _say("pictures", item)
    else:
        _say("row", item, flush=False)


def _say(what: str, value: object, *, flush: bool = True) -> None:
    sys.stdout.write(json.dumps({what: value}) + "\n")
    if flush:
        sys.stdout.flush()


if __name__ == "__main__":
    main()
