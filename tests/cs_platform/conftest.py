"""Servers that the platform may reach."""

from collections.abc import Callable, Iterator

import pytest

from tests.web_double import WebDouble, web_double


@pytest.fixture
def there(outbound_allowed: Callable[[str], None]) -> Iterator[WebDouble]:
    with web_double() as double:
        outbound_allowed(double.place)
        yield double
