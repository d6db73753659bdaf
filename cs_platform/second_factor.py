"""Two-step verification 两步验证: set up, asked for at the log-in, taken away again.

The codes are those of RFC 6238 with its defaults (SHA-1, six digits, half a minute), which every authenticator app
has. A clock may be one step off. Whoever knows the password and guesses waits longer after each wrong code, so a
thousand guesses take days.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from cs_platform.audit import record
from cs_platform.models import RecoveryCode, SecondFactor, User
from cs_platform.roles import has_role

STEP_SECONDS = 30
STEPS_OFF = (-1, 0, 1)
FREE_FAILURES = 3
PAUSE_MAX_SECONDS = 300
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10  # 80 bits, 16 characters


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a code was taken; if it was not even looked at, how many seconds to wait."""

    is_right: bool
    wait_seconds: int = 0


def has_second_factor(user: User) -> bool:
    """Whether the log-in of this person takes two steps."""
    return SecondFactor.objects.filter(user=user).exists()


def must_have_second_factor(user: User) -> bool:
    """Whether `SECOND_FACTOR_ROLES` names a role of this person; the owner of the installation has all of them."""
    return bool(settings.SECOND_FACTOR_ROLES) and has_role(user, *settings.SECOND_FACTOR_ROLES)


def new_secret() -> str:
    """A secret to set an app up with: 160 bits in base 32. It counts once `set_up` has seen a code made with it."""
    return pyotp.random_base32()


def address_of(secret: str, user: User) -> str:
    """What stands in the QR code: the secret, and how the app names it."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=gettext("Customer service"))


def set_up(user: User, secret: str, code: str, *, at: datetime | None = None) -> Sequence[str]:
    """The app shows the right code, so it counts from now on. Returns the recovery codes; none when it was wrong.

    Nothing changes for who has a second factor already.
    """
    step = _matching_step(secret, _plain(code), at or timezone.now(), after=0)
    if step is None:
        return ()
    with transaction.atomic():
        factor, is_new = SecondFactor.objects.get_or_create(user=user, defaults={"secret": secret, "last_step": step})
        if not is_new:
            return ()
        record("second_factor.set_up", user, by=user)
        return _new_recovery_codes(factor)


@transaction.atomic
def verify(user: User, code: str, *, at: datetime | None = None) -> Verdict:
    """Take a code of the app, or a recovery code, once. Each wrong one after the third makes the next wait longer.

    `at` is the moment it is given, now unless said otherwise.
    """
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return Verdict(False)
    now = at or timezone.now()
    if factor.wait_until and now < factor.wait_until:
        return Verdict(False, wait_seconds=int((factor.wait_until - now).total_seconds()) + 1)
    is_right = _take(factor, _plain(code), now)
    if is_right:
        factor.failures, factor.wait_until = 0, None
    else:
        factor.failures += 1
        factor.wait_until = now + pause_after(factor.failures)
        record("second_factor.refused", user, by=user)
    factor.save()
    return Verdict(is_right)


def renew_recovery_codes(user: User) -> Sequence[str]:
    """Ten new ones; those before are void."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().get(user=user)
        record("second_factor.codes_renewed", user, by=user)
        return _new_recovery_codes(factor)


def count_recovery_codes(user: User) -> int:
    """How many are left."""
    return RecoveryCode.objects.filter(of__user=user, used_at__isnull=True).count()


def remove_second_factor(user: User, *, by: User | None) -> bool:
    """From now on the password is enough; False when it was before. `by` is None for the command of the owner.

    Also when the secret can no longer be read, which is one reason to take it away.
    """
    with transaction.atomic():
        deleted, _by_model = SecondFactor.objects.filter(user=user).defer("secret").delete()
        if deleted:
            record("second_factor.removed", user, by=by)
    return bool(deleted)


def pause_after(failures: int) -> timedelta:
    """How long the next code waits after so many wrong ones in a row: nothing, then 1 s, doubled up to 5 minutes."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return timedelta(seconds=min(2 ** min(failures - FREE_FAILURES, 10), PAUSE_MAX_SECONDS))


def _take(factor: SecondFactor, code: str, now: datetime) -> bool:
    step = _matching_step(factor.secret, code, now, after=factor.last_step)
    if step is not None:
        factor.last_step = step
        return True
    unused = RecoveryCode.objects.filter(of=factor, digest=_digest(code), used_at__isnull=True)
    is_taken = unused.update(used_at=now) == 1
    if is_taken:
        record("second_factor.recovery_used", factor.user, by=factor.user)
    return is_taken


def _matching_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The half minute that this code belongs to; None when it is wrong, or no later than the last one taken."""
    app, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    for step in (current + off for off in STEPS_OFF):
        if step > after and secrets.compare_digest(app.generate_otp(step), code):
            return step
    return None


def _new_recovery_codes(factor: SecondFactor) -> Sequence[str]:
    factor.recovery_codes.all().delete()
    codes = [pyotp.random_base32(32)[: _RECOVERY_BYTES * 8 // 5].lower() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(of=factor, digest=_digest(code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes]


def _plain(code: str) -> str:
    """As people type it: spaces and hyphens, capitals and full-width digits make no difference."""
    kept = unicodedata.normalize("NFKC", code[:100]).lower()
    return "".join(character for character in kept if character.isascii() and character.isalnum())


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
