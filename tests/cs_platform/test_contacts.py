"""One spelling per phone number, WeChat id and address, so that the same person is one lead."""

import pytest

from cs_platform.contacts import clean_email, clean_phone, clean_wechat


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("021-61234567", "02161234567"),
        ("400 820 8820", "4008208820"),
        ("+1 (415) 555-0100", "+14155550100"),
        ("0044 20 7946 0018", "+442079460018"),
        ("12345", ""),
        ("138001380001", ""),
        ("call me", ""),
        ("", ""),
    ],
)
def test_phones(typed: str, kept: str) -> None:
    assert clean_phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Lin_Mei-88", "lin_mei-88"),
        (" 13800138000 ", "13800138000"),
        ("abc", ""),
        ("8abcdefg", ""),
        ("林林林林林林", ""),
    ],
)
def test_wechat_ids(typed: str, kept: str) -> None:
    assert clean_wechat(typed) == kept


@pytest.mark.parametrize(("typed", "kept"), [(" Lin@Example.COM ", "lin@example.com"), ("lin@", ""), ("a b@c.de", "")])
def test_addresses(typed: str, kept: str) -> None:
    assert clean_email(typed) == kept
