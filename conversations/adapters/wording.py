"""Texts cut to what platforms take: by bytes, at sentences where possible, never within a character. Pure."""

import re
import unicodedata
from collections.abc import Iterator

_JOINER = "\u200d"
_BREAK = re.compile(r"\n|(?<=[。！？!?；;])|(?<=[.,，、])(?=\s|$)|(?<= )")


def split_text(text: str, bytes_max: int) -> list[str]:
    """The text in pieces of at most so many bytes of UTF-8. Together they say all of it."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest.encode()) > bytes_max:
        cut = _cut(rest, bytes_max)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in (*pieces, rest) if piece]


def _cut(text: str, bytes_max: int) -> int:
    """Where to cut: after the last sentence or line that fits, unless that leaves the piece half empty."""
    end = size = 0
    for cluster in _clusters(text):
        size += len(cluster.encode())
        if size > bytes_max and end:
            break
        end += len(cluster)
    breaks = [match.end() for match in _BREAK.finditer(text, 0, end) if match.end() > end // 2]
    return breaks[-1] if breaks else end


def _clusters(text: str) -> Iterator[str]:
    """What a reader takes for one character, near enough: marks, joined emoji, skins and flags stay together."""
    cluster = ""
    for character in text:
        if cluster and not _continues(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _continues(cluster: str, character: str) -> bool:
    is_mark = unicodedata.category(character).startswith("M") or "\U0001f3fb" <= character <= "\U0001f3ff"
    is_joined = character == _JOINER or cluster.endswith(_JOINER) or (cluster, character) == ("\r", "\n")
    return is_mark or is_joined or (_is_flag_half(character) and len(cluster) == 1 and _is_flag_half(cluster))


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
