"""Two-step verification: a code of the app, once; recovery codes; guessing takes days."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from cs_platform.models import AuditEntry, RecoveryCode, SecondFactor, User
from cs_platform.second_factor import (
    count_recovery_codes,
    has_second_factor,
    must_have_second_factor,
    new_secret,
    pause_after,
    remove_second_factor,
    renew_recovery_codes,
    set_up,
    verify,
)
from tests.at_once import at_once

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 27, 9, 30, 10, tzinfo=UTC)


@pytest.fixture
def recovery(manager: User) -> list[str]:
    """The manager's recovery codes; the app's codes of this minute are not used yet."""
    secret = new_secret()
    codes = list(set_up(manager, secret, pyotp.TOTP(secret).at(NOW), at=NOW))
    SecondFactor.objects.update(last_step=0)
    return codes


def code_now(user: User, *, off: int = 0) -> str:
    """What the person's app shows so many seconds from now."""
    return pyotp.TOTP(SecondFactor.objects.get(user=user).secret).at(NOW + timedelta(seconds=off))


def is_right(user: User, code: str) -> bool:
    return verify(user, code, at=NOW).is_right


# RFC 6238, appendix B, SHA-1; the last six of its eight digits.
@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")])
def test_the_codes_are_those_of_the_standard(at: int, code: str) -> None:
    assert pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").at(at) == code


def test_it_counts_once_the_app_has_shown_the_right_code(manager: User) -> None:
    secret = new_secret()
    assert (set_up(manager, secret, "000000"), has_second_factor(manager)) == ((), False)
    assert len(set_up(manager, secret, pyotp.TOTP(secret).at(NOW), at=NOW)) == 10
    assert has_second_factor(manager)


def test_a_second_app_does_not_replace_the_first(manager: User, recovery: list[str]) -> None:
    other = new_secret()
    assert set_up(manager, other, pyotp.TOTP(other).at(NOW), at=NOW) == ()
    assert is_right(manager, code_now(manager))


@pytest.mark.parametrize("off", [-30, 0, 30])
def test_a_clock_may_be_half_a_minute_off(manager: User, recovery: list[str], off: int) -> None:
    assert is_right(manager, code_now(manager, off=off))


@pytest.mark.parametrize("off", [-90, 90])
def test_older_and_later_codes_are_wrong(manager: User, recovery: list[str], off: int) -> None:
    assert not is_right(manager, code_now(manager, off=off))


def test_a_code_is_taken_once(manager: User, recovery: list[str]) -> None:
    code = code_now(manager)
    assert [is_right(manager, code), is_right(manager, code)] == [True, False]


def test_after_a_code_the_one_before_it_is_void(manager: User, recovery: list[str]) -> None:
    before, now = code_now(manager, off=-30), code_now(manager)
    assert [is_right(manager, now), is_right(manager, before)] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_with_the_same_code_one_gets_in(manager: User, recovery: list[str]) -> None:
    code = code_now(manager)
    assert sorted(at_once(lambda: is_right(manager, code))) == [False, False, False, True]


def test_spaces_and_full_width_digits_make_no_difference(manager: User, recovery: list[str]) -> None:
    code = code_now(manager)
    assert is_right(manager, f" {code[:3]} {code[3:].translate({48 + digit: 0xFF10 + digit for digit in range(10)})}")


def test_a_recovery_code_stands_in_once(manager: User, recovery: list[str]) -> None:
    typed = recovery[3].upper().replace("-", " ")
    assert [is_right(manager, typed), is_right(manager, recovery[3])] == [True, False]
    assert count_recovery_codes(manager) == 9
    assert AuditEntry.objects.filter(action="second_factor.recovery_used", actor=manager).count() == 1


def test_new_recovery_codes_void_the_old(manager: User, recovery: list[str]) -> None:
    fresh = renew_recovery_codes(manager)
    assert [is_right(manager, recovery[0]), is_right(manager, fresh[0])] == [False, True]


def test_neither_secret_nor_codes_are_readable_in_the_database(manager: User, recovery: list[str]) -> None:
    stored = str(SecondFactor.objects.extra(select={"raw": "secret"}).values_list("raw")[0])
    assert stored.startswith("('fernet:") and SecondFactor.objects.get().secret not in stored
    assert not RecoveryCode.objects.filter(digest__in=[code.replace("-", "") for code in recovery]).exists()


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (2, 0), (3, 1), (4, 2), (8, 32), (12, 300), (10_000_000, 300)]
)
def test_each_wrong_code_makes_the_next_wait_longer(failures: int, seconds: int) -> None:
    assert pause_after(failures).total_seconds() == seconds


def test_while_it_waits_not_even_the_right_code_is_looked_at(manager: User, recovery: list[str]) -> None:
    for _ in range(5):
        SecondFactor.objects.update(wait_until=None)
        is_right(manager, "000000")
    verdict = verify(manager, code_now(manager), at=NOW)
    assert not verdict.is_right and 0 < verdict.wait_seconds <= 5
    SecondFactor.objects.update(wait_until=NOW)
    assert is_right(manager, code_now(manager))
    assert SecondFactor.objects.get().failures == 0


def test_it_is_taken_away_even_when_its_secret_cannot_be_read(manager: User, recovery: list[str], settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["another key, as after a move to a new machine"]
    assert remove_second_factor(manager, by=None)
    assert not has_second_factor(manager)


def test_a_role_may_have_to_have_it(manager: User, agent: User, settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["manager"]
    assert (must_have_second_factor(manager), must_have_second_factor(agent)) == (True, False)
