"""The run is on the database that was asked for."""

import os

from django.db import connection


def test_tests_run_on_the_database_asked_for() -> None:
    expected = "postgresql" if os.environ.get("TEST_DB") == "pg" else "sqlite"
    assert connection.vendor == expected
