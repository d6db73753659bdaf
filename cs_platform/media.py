"""What an uploaded file really is, by its bytes; images are decoded and written anew, so nothing hides in them."""

import hashlib
import io
import re
import unicodedata
import zipfile
from contextlib import nullcontext
from dataclasses import dataclass
from threading import Lock
from typing import Literal

from django.conf import settings
from PIL import Image, ImageOps

PIXELS_MAX = 40_000_000  # a long screenshot has 20 million
WEBP_PIXELS_MAX = 20_000_000  # reading and writing one takes 25 bytes for each pixel, other kinds take 4
LARGE_PIXELS = 8_000_000
FRAMES_MAX = 120
ANIMATION_PIXELS_MAX = 60_000_000  # all frames together; above, only the first one is kept
NAME_CHARACTERS_MAX = 100
ZIP_ENTRIES_MAX = 5000

IMAGE_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
FILE_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain",
}
ENDINGS = {**{kind: name.lower() for name, kind in IMAGE_TYPES.items()}, "image/jpeg": "jpg"} | {
    kind: name for name, kind in FILE_TYPES.items()
}
ALSO_CALLED = {"jpg": ("jpeg",), "txt": ("csv", "md", "log")}
ACCEPTED = (*IMAGE_TYPES.values(), *FILE_TYPES.values())
"""What file pickers may offer."""


_one_large = Lock()
"""Large pictures are unpacked one after the other: visitors who send many at once must not fill the memory."""


class Unacceptable(Exception):
    """The file is not taken; `code` is for programs: too_big, empty, bad_image, unsupported_type."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Media:
    """Bytes that may be kept and shown, and what they are."""

    kind: Literal["image", "file"]
    name: str
    content_type: str
    body: bytes
    width: int | None = None
    height: int | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def examine(body: bytes, name: str) -> Media:
    """Look at the real bytes, whatever the sender calls them. Raises `Unacceptable`."""
    if not body:
        raise Unacceptable("empty", "the file is empty")
    if len(body) > settings.ATTACHMENT_BYTES_MAX:
        raise Unacceptable("too_big", f"at most {settings.ATTACHMENT_BYTES_MAX} bytes")
    if _looks_like_image(body):
        return _clean_image(body, name)
    content_type = _file_type(body)
    if content_type is None:
        raise Unacceptable("unsupported_type", f"taken are {', '.join(ENDINGS.values())}")
    return Media("file", clean_name(name, content_type), content_type, body)


def as_jpeg(body: bytes) -> bytes:
    """A stored image for those who take no WebP; what was transparent becomes white."""
    with Image.open(io.BytesIO(body)) as image:
        picture = image.convert("RGBA")
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=90)
    return out.getvalue()


def clean_name(name: str, content_type: str) -> str:
    """A name to show and to save under: no path, no invisible or turning characters, the ending of the real type."""
    name = re.split(r"[\\/]", name)[-1].encode("utf-8", "ignore").decode()
    name = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C")
    stem, _, ending = name.rpartition(".")
    expected = ENDINGS[content_type]
    if not stem or ending.lower() not in (expected, *ALSO_CALLED.get(expected, ())):
        stem, ending = name, expected
    fallback = "image" if content_type.startswith("image/") else "file"
    stem = stem.strip(" .")[: NAME_CHARACTERS_MAX - len(ending) - 1] or fallback
    return f"{stem}.{ending.lower()}"


def _looks_like_image(body: bytes) -> bool:
    return body.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")) or (
        body[:4] == b"RIFF" and body[8:12] == b"WEBP"
    )


def _clean_image(body: bytes, name: str) -> Media:
    try:
        with Image.open(io.BytesIO(body), formats=list(IMAGE_TYPES)) as image:
            # Phones write two JPEGs in one file; the first is the picture.
            shape = "JPEG" if image.format == "MPO" else str(image.format)
            pixels, most = image.width * image.height, WEBP_PIXELS_MAX if shape == "WEBP" else PIXELS_MAX
            if pixels > most:
                raise Unacceptable("bad_image", f"more than {most} pixels")
            with _one_large if pixels > LARGE_PIXELS else nullcontext():
                written, size = _write_anew(image, shape)
    except Unacceptable:
        raise
    except Exception as error:  # whatever a decoder stumbles over, the picture is not one
        raise Unacceptable("bad_image", "this image cannot be read") from error
    if len(written) > 2 * settings.ATTACHMENT_BYTES_MAX:
        raise Unacceptable("too_big", "the image is too big")
    content_type = IMAGE_TYPES[shape]
    return Media("image", clean_name(name, content_type), content_type, written, *size)


def _write_anew(image: Image.Image, shape: str) -> tuple[bytes, tuple[int, int]]:
    """Only the pixels survive: no EXIF, no place of the photograph, no profile, no comment, nothing appended."""
    out = io.BytesIO()
    frames = _frames(image) if shape in ("GIF", "WEBP") and getattr(image, "is_animated", False) else []
    if len(frames) > 1:
        durations = [min(max(frame.info.get("duration", 100), 20), 10_000) for frame in frames]
        frames[0].save(out, shape, save_all=True, append_images=frames[1:], duration=durations, loop=0)
        return out.getvalue(), frames[0].size
    picture = image.copy() if shape == "GIF" else image  # one byte a pixel; its palette is only right in a copy
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    if shape == "JPEG" and picture.mode not in ("RGB", "L"):
        picture = picture.convert("RGB")
    elif shape in ("PNG", "WEBP") and picture.mode not in ("RGB", "RGBA", "L", "LA", "P", "1"):
        picture = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
    _strip(picture)
    picture.save(out, shape, **({"quality": 90} if shape in ("JPEG", "WEBP") else {}))
    return out.getvalue(), picture.size


def _frames(image: Image.Image) -> list[Image.Image]:
    """The frames of an animation, each complete; one frame only when the animation is excessive."""
    frames: list[Image.Image] = []
    pixels = image.width * image.height
    try:
        while len(frames) <= FRAMES_MAX and pixels * (len(frames) + 1) <= ANIMATION_PIXELS_MAX:
            image.seek(len(frames))
            frame = image.convert("RGBA")
            _strip(frame)
            frame.info["duration"] = image.info.get("duration", 100)
            frames.append(frame)
        image.seek(0)
        return []
    except EOFError:
        image.seek(0)
        return frames


def _strip(image: Image.Image) -> None:
    """Nothing stays that writers put into the file besides pixels. In place: a copy of a large one is 160 MB."""
    transparency = image.info.get("transparency")
    image.info = {} if transparency is None else {"transparency": transparency}


def _file_type(body: bytes) -> str | None:
    if body.startswith(b"%PDF-"):
        return FILE_TYPES["pdf"]
    if body.startswith(b"PK\x03\x04"):
        return _office_type(body)
    return FILE_TYPES["txt"] if _is_text(body) else None


def _office_type(body: bytes) -> str | None:
    """docx and xlsx without macros; any other archive is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    has_macros = any("vbaproject" in name.lower() for name in names)
    if len(names) > ZIP_ENTRIES_MAX or "[Content_Types].xml" not in names or has_macros:
        return None
    if "word/document.xml" in names:
        return FILE_TYPES["docx"]
    return FILE_TYPES["xlsx"] if "xl/workbook.xml" in names else None


def _is_text(body: bytes) -> bool:
    """UTF-8 or GB 18030 without control characters; markup that browsers might run is none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
            return False
        return not re.match(r"\s*<(?:!doctype|\?xml|html|svg|script)", text, re.IGNORECASE)
    return False
