"""Behind a proxy the last address it added counts; without one nobody is believed."""

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from cs_platform.addresses import UNKNOWN, client_address, socket_address


@pytest.mark.parametrize(
    ("is_behind_proxy", "forwarded", "wanted"),
    [
        (False, "198.51.100.7", "10.0.0.9"),
        (True, "198.51.100.7", "198.51.100.7"),
        (True, "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        (True, "", "10.0.0.9"),
        (True, "nonsense", UNKNOWN),
    ],
)
def test_whose_address_counts(settings: Settings, is_behind_proxy: bool, forwarded: str, wanted: str) -> None:
    settings.BEHIND_PROXY = is_behind_proxy
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", **headers)
    scope = {"client": ("10.0.0.9", 1), "headers": [(b"x-forwarded-for", forwarded.encode())] if forwarded else []}
    assert (client_address(request), socket_address(scope)) == (wanted, wanted)
