"""Who works in the back office."""

from django.http import HttpRequest

from cs_platform.models import User


def who(request: HttpRequest) -> User:
    """The person at the keyboard, as services want to know."""
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
