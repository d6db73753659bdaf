"""Pages and sockets of conversations."""

from channels.auth import AuthMiddlewareStack
from django.urls import path

from conversations import ticket_pages, uploads, views
from conversations.callbacks import callback
from conversations.consumers import VisitorConsumer
from conversations.desk import AgentConsumer

urlpatterns = [
    path("", views.shop, name="shop"),
    path("widget.js", views.widget, name="widget"),
    path("chat/<slug:key>/", views.chat, name="chat"),
    path("chat/<slug:key>/config.json", views.channel_config, name="channel-config"),
    path("chat/<slug:key>/attachments/", uploads.upload_by_visitor, name="visitor-upload"),
    path("callbacks/<slug:kind>/<slug:key>/", callback, name="callback"),
    path("console/", views.console, name="console"),
    path("console/tickets/", ticket_pages.ticket_list, name="console-tickets"),
    path("console/tickets/new/", ticket_pages.ticket_new, name="console-ticket-new"),
    path("console/tickets/<str:number>/", ticket_pages.ticket_detail, name="console-ticket"),
    path("console/attachments/", uploads.upload_by_agent, name="agent-upload"),
    path("attachments/<str:ticket>/<str:name>", uploads.serve, name="attachment"),
]

# Visitors are recognised by their token, never by a cookie of the shop's back office.
websocket_urlpatterns = [
    path("ws/visitor/<slug:key>/", VisitorConsumer.as_asgi()),
    path("ws/agent/", AuthMiddlewareStack(AgentConsumer.as_asgi())),
]
