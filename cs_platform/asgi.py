"""ASGI entry point: HTTP by Django, sockets by Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cs_platform.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()  # loads the apps, which the sockets import

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from conversations.urls import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter(websocket_urlpatterns)})
