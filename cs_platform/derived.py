"""Settings that are made from other ones: the kept key, the socket beside the data, the places of URLs."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from django.core.management.utils import get_random_secret_key

SOCKET_PATH_BYTES_MAX = 100


def kept_secret_key(folder: Path) -> str:
    """A key made once and kept beside the data."""
    path = folder / "secret_key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(get_random_secret_key())
    return path.read_text().strip()


def valkey_socket(folder: Path) -> str:
    """Beside the data, unless the kernel finds that path too long for a socket (macOS: 104 bytes)."""
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_BYTES_MAX:
        return str(path)
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return str(Path(tempfile.gettempdir()) / f"cs-{digest}.sock")


def place_of(url: str) -> str:
    """Where a URL leads, as host:port."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
