"""What an upload really is, by its bytes; pictures are written anew."""

import io
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings

from cs_platform.media import Unacceptable, clean_name, examine
from tests.conversations.pictures import animation, archive, picture

WORD, SHEET = ["[Content_Types].xml", "word/document.xml"], ["[Content_Types].xml", "xl/workbook.xml"]


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


@pytest.mark.parametrize(
    ("shape", "mode", "content_type"),
    [
        ("PNG", "RGBA", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("WEBP", "RGB", "image/webp"),
        ("GIF", "P", "image/gif"),
    ],
)
def test_pictures_are_taken(shape: str, mode: str, content_type: str) -> None:
    media = examine(picture(shape, mode=mode), "cup")
    assert (media.kind, media.content_type, media.width, media.height) == ("image", content_type, 8, 6)
    assert opened(media.body).size == (8, 6)


def test_where_and_with_what_a_photograph_was_taken_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret phone"
    exif.get_ifd(0x8825)[1] = "N"
    body = picture("JPEG", exif=exif)
    assert b"Secret phone" in body
    media = examine(body, "cup.jpg")
    assert b"Secret phone" not in media.body and dict(opened(media.body).getexif()) == {}


def test_a_photograph_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    media = examine(picture("JPEG", exif=exif), "cup.jpg")
    assert (media.width, media.height) == (6, 8)


def test_what_is_hidden_behind_the_pixels_is_gone() -> None:
    assert b"<script>" not in examine(picture() + b"<script>alert(1)</script>", "cup.png").body


def test_a_still_with_a_transparent_colour_keeps_its_colours() -> None:
    out = io.BytesIO()
    Image.effect_noise((13, 7), 80).convert("RGB").quantize(8).save(out, "GIF", transparency=0)
    body = out.getvalue()
    before, after = (opened(one).convert("RGBA").tobytes() for one in (body, examine(body, "cup.gif").body))
    assert before == after


def test_an_animation_stays_one() -> None:
    assert opened(examine(animation(3), "cat.gif").body).n_frames == 3  # type: ignore[attr-defined]


def test_of_an_endless_animation_the_first_frame_is_kept() -> None:
    assert opened(examine(animation(130), "cat.gif").body).n_frames == 1  # type: ignore[attr-defined]


def test_a_large_picture_is_in_memory_once() -> None:
    program = (
        "import io, re, django; django.setup()\n"
        "from PIL import Image; from cs_platform.media import examine\n"
        "used = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024\n"
        "out = io.BytesIO(); Image.new('RGBA', (5000, 4000)).save(out, 'PNG'); before = used()\n"
        "examine(out.getvalue(), 'cup'); print(used() - before)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) < 40  # the 80 MB that it was drawn in are there already


def test_large_pictures_are_unpacked_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most = Counter[str](), Counter[str]()

    def count(image: Image.Image, shape: str) -> tuple[bytes, tuple[int, int]]:
        at_once[shape] += 1
        most[shape] = max(most[shape], at_once[shape])
        time.sleep(0.05)
        at_once[shape] -= 1
        return b"", (1, 1)

    monkeypatch.setattr("cs_platform.media._write_anew", count)
    bodies = [picture("PNG", size=(3000, 3000), mode="1")] * 4 + [picture("JPEG", size=(30, 30))] * 4
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda body: examine(body, "cup"), bodies))
    assert most["PNG"] == 1 and most["JPEG"] > 1


@pytest.mark.parametrize(
    "body",
    [
        b"\x89PNG\r\n\x1a\nbroken",
        picture()[:40],
        picture("JPEG", size=(300, 300))[:300],
        picture("PNG", size=(9000, 9000), mode="1"),
        picture("WEBP", size=(5000, 4100)),
    ],
)
def test_a_broken_or_giant_picture_is_refused(body: bytes) -> None:
    with pytest.raises(Unacceptable) as refused:
        examine(body, "cup.png")
    assert refused.value.code == "bad_image"


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        (b"%PDF-1.7 ...", "bill.exe", "bill.exe.pdf"),
        (archive(*WORD), "letter.docx", "letter.docx"),
        (archive(*SHEET), "orders.xlsx", "orders.xlsx"),
        ("订单号,金额".encode("gb18030"), "订单.csv", "订单.csv"),
        (b"hello", "", "file.txt"),
    ],
)
def test_documents_are_taken_under_the_ending_of_what_they_are(body: bytes, name: str, expected: str) -> None:
    media = examine(body, name)
    assert (media.kind, media.name, media.body) == ("file", expected, body)


@pytest.mark.parametrize(
    "body",
    [
        b"MZ\x90\x00",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"  <!DOCTYPE html><script>alert(1)</script>",
        b"PK\x03\x04 no archive",
        archive("run.exe"),
        archive(*WORD, "word/vbaProject.bin"),
        b"\x00\x01\x02",
    ],
)
def test_whatever_else_is_refused(body: bytes) -> None:
    with pytest.raises(Unacceptable) as refused:
        examine(body, "letter.docx")
    assert refused.value.code == "unsupported_type"


@pytest.mark.parametrize(("size", "code"), [(0, "empty"), (101, "too_big")])
def test_size_counts(settings: Settings, size: int, code: str) -> None:
    settings.ATTACHMENT_BYTES_MAX = 100
    with pytest.raises(Unacceptable) as refused:
        examine(b"a" * size, "a.txt")
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\photos\\cup.PNG", "cup.png"),
        ("gnp.\u202eexe\x00", "gnp.exe.png"),
        ("\ud800", "image.png"),
        ("…", "….png"),
    ],
)
def test_names_are_harmless(name: str, expected: str) -> None:
    assert clean_name(name, "image/png") == expected


def test_a_long_name_keeps_its_ending() -> None:
    name: Any = clean_name("a" * 500 + ".png", "image/png")
    assert (len(name), name[-4:]) == (100, ".png")
