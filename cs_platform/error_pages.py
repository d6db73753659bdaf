"""The page for a fault of our own. Pages for what somebody else did wrong are Django's views with our templates."""

from django.http import HttpRequest, HttpResponseServerError
from django.template import loader


def server_error(request: HttpRequest) -> HttpResponseServerError:
    """Without context processors: what failed may be the database, which users and sessions need."""
    return HttpResponseServerError(loader.render_to_string("500.html", {"request": request}))
