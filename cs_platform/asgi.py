"""ASGI entry point: HTTP by Django, sockets by Channels."""

import gc
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cs_platform.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()  # loads the apps, which the sockets import

# Thousands of open sockets are a million objects that stay. Looking through them all for cycles after every few
# hundred new ones costs a busy server a tenth of its time; what is loaded by now is never garbage.
gc.freeze()
gc.set_threshold(10_000, 20, 50)

# A thread that computes, such as one that reads an upload or builds an index, keeps the interpreter for so long before
# a message may go on, at each of its steps. Five times the pace costs nothing that can be measured.
sys.setswitchinterval(0.001)

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from conversations.urls import websocket_urlpatterns  # noqa: E402
from cs_platform.bodies import BodyLimit  # noqa: E402

application = ProtocolTypeRouter(
    {"http": BodyLimit(http, settings.BODY_BYTES_MAX), "websocket": URLRouter(websocket_urlpatterns)}
)
