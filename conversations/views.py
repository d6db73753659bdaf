"""Pages of the chat: the widget's script and settings, the chat page, the demo shop, the console."""

from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from conversations.desk_access import ANSWER_PERMISSION
from conversations.services.patience import patience_of
from conversations.ticket_pages import WORK_PERMISSION
from cs_platform.media import ACCEPTED
from cs_platform.models import User
from kb.models import Product
from routing.models import Agent, Channel
from routing.presence import presence_of

DEMO_CHANNEL = "demo"
WIDGET_SECONDS = 300  # browsers ask for a new widget this often


@require_safe
@gzip_page
def widget(request: HttpRequest) -> HttpResponse:
    """The embed script, under its short address, for any site."""
    path = Path(str(finders.find("conversations/widget.js")))
    changed = int(path.stat().st_mtime)
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    response: HttpResponse
    if since is not None and since >= changed:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(path.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Last-Modified"] = http_date(changed)
    return _for_any_site(response)


@require_safe
def channel_config(request: HttpRequest, key: str) -> HttpResponse:
    """What the widget needs to know before it connects; public, for any site."""
    channel = get_object_or_404(Channel.objects.select_related("strategy"), key=key, is_enabled=True)
    response = JsonResponse(
        {
            "name": channel.name,
            "title": channel.display_title,
            "greeting": channel.greeting,
            "accent": channel.accent,
            "language": settings.LANGUAGE_CODE,
            "is_ai": channel.reception.is_ai_enabled,
            "ws": f"/ws/visitor/{channel.key}/",
            "privacy_url": None,
            "uploads": uploads_config(reverse("visitor-upload", args=[channel.key])),
        },
        json_dumps_params={"ensure_ascii": False},
    )
    return _for_any_site(response)


@require_safe
def chat(request: HttpRequest, key: str) -> HttpResponse:
    """The same chat as a full page, for links and QR codes."""
    channel = get_object_or_404(Channel, key=key, is_enabled=True)
    return render(request, "conversations/chat.html", {"channel": channel})


@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    """The demo shop with the widget; a shop without demo content gets its console."""
    channel = Channel.objects.filter(key=DEMO_CHANNEL, is_enabled=True).first()
    products = list(Product.objects.filter(is_sample=True, is_active=True)[:8])
    if channel is None or not products:
        return redirect("console")
    return render(request, "conversations/shop.html", {"channel": channel, "products": products})


@require_safe
@login_required
@permission_required(ANSWER_PERMISSION, raise_exception=True)
@ensure_csrf_cookie
def console(request: HttpRequest) -> HttpResponse:
    """The agent console; everything in it comes over the socket."""
    user = cast(User, request.user)
    config: dict[str, Any] = {
        "user": {"id": user.pk, "name": user.public_name},
        "language": translation.get_language(),
        "ws": f"/ws/agent/?language={translation.get_language()}",
        "can_admin": user.is_staff,
        "admin_url": reverse("admin:index"),
        "logout_url": reverse("logout"),
        "account_url": reverse("account"),
        "language_url": reverse("set_language"),
        "presence": presence_of(user),
        "is_automatic": Agent.objects.filter(user=user, accepts_automatically=True).exists(),
        "patience": _patience(),
        "can_ticket": user.has_perm(WORK_PERMISSION),
        "ticket_url": reverse("console-ticket-new"),
        "tickets_url": reverse("console-tickets"),
        "max_characters": settings.MESSAGE_CHARACTERS_MAX,
        "uploads": uploads_config(reverse("agent-upload")),
    }
    return render(request, "conversations/console.html", {"config": config})


def _patience() -> dict[str, dict[str, float]]:
    """How many seconds an agent may let a customer wait, by channel: the console's clocks count towards it."""
    channels = Channel.objects.filter(is_enabled=True).select_related("strategy")
    found = {channel.key: patience_of(channel) for channel in channels}
    return {key: {"agent": one.agent, "assigned": one.assigned} for key, one in found.items()}


def uploads_config(address: str) -> dict[str, Any]:
    """What a chat window needs to know before it offers to send files."""
    return {
        "url": address,
        "bytes_max": settings.ATTACHMENT_BYTES_MAX,
        "per_message_max": settings.ATTACHMENTS_PER_MESSAGE_MAX,
        "accept": list(ACCEPTED),
    }


def _for_any_site(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=WIDGET_SECONDS)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
