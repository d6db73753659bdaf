"""Files in chat, over HTTP: a visitor or an agent uploads one, then names its id in a message frame.

`POST /chat/CHANNEL_KEY/attachments/` (multipart): `file`, and the visitor's token as `Authorization: Bearer TOKEN` or
as the field `token` (which needs no preflight). `POST /console/attachments/` (multipart, session, CSRF token): `file`
and `conversation`, which must be with this agent. Both answer 201 with the attachment as message frames carry it:
`{"id", "name", "kind": "image"|"file", "type", "size", "width", "height", "url"}`; `url` is a path on this host.
Refusals are `{"code", "detail"}`: 400 bad_request, empty, bad_image · 401 unknown_token · 403 forbidden, not_yours ·
413 too_big · 415 unsupported_type · 429 rate_limited. An upload that is never sent is gone after a day.
"""

import logging
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conversations.desk_access import ANSWER_PERMISSION
from conversations.frames import attachment_frames
from conversations.links import read_ticket
from conversations.models import Attachment
from conversations.services.attachments import NotOwner, keep_upload
from conversations.services.visits import find_conversation
from cs_platform.addresses import client_address
from cs_platform.limits import is_allowed
from cs_platform.media import Unacceptable
from cs_platform.models import User
from routing.models import Channel

logger = logging.getLogger(__name__)

LIMIT_SECONDS = 600
FORM_BYTES = 64 * 1024  # what a form takes beside its file
STATUS = {"too_big": HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "unsupported_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
KEPT_SECONDS = 86_400


class Refused(Exception):
    """The upload is refused with this status and code."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


@csrf_exempt  # a visitor is recognised by the token, never by a cookie
@require_http_methods(["POST", "OPTIONS"])
def upload_by_visitor(request: HttpRequest, key: str) -> HttpResponse:
    channel = get_object_or_404(Channel, key=key, is_enabled=True)
    origin = request.headers.get("Origin", "")
    if not _may_embed(request, channel, origin):
        return _refusal(Refused(403, "forbidden", "this site may not embed the chat"))
    if request.method == "OPTIONS":
        return _allow(HttpResponse(status=204), origin)
    return _allow(_answer(_take_from_visitor, request, channel), origin)


@require_POST
def upload_by_agent(request: HttpRequest) -> HttpResponse:
    return _answer(_take_from_agent, request)


@require_safe
def serve(request: HttpRequest, ticket: str, name: str) -> HttpResponseBase:
    """A stored file, for whoever holds its signed address. Only images are shown in place, and nothing may run."""
    number = read_ticket(ticket)
    attachment = Attachment.objects.filter(pk=number).first() if number else None
    if attachment is None:
        raise Http404
    try:
        file = default_storage.open(attachment.stored_as)
    except FileNotFoundError:
        raise Http404 from None
    is_image = attachment.kind == Attachment.Kind.IMAGE
    response = FileResponse(
        file, as_attachment=not is_image, filename=attachment.name, content_type=attachment.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # the widget shows it on the shop's site
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}, immutable"
    return response


def _take_from_visitor(request: HttpRequest, channel: Channel) -> Attachment:
    _refuse_big(request)
    _refuse_crowd(f"upload-address:{client_address(request)}", settings.ATTACHMENTS_PER_ADDRESS)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else request.POST.get("token", "")
    conversation = find_conversation(channel, token) if 0 < len(token) <= 200 else None
    if conversation is None:
        raise Refused(401, "unknown_token", "say hello on the socket first")
    return _take(request, conversation.pk, None)


def _take_from_agent(request: HttpRequest) -> Attachment:
    user = cast(User, request.user)
    if not (user.is_authenticated and user.has_perm(ANSWER_PERMISSION)):
        raise Refused(403, "forbidden", "agents only")
    _refuse_big(request)
    number = request.POST.get("conversation", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Refused(400, "bad_request", "conversation must be an id")
    return _take(request, int(number), user.pk)


def _take(request: HttpRequest, conversation_id: int, agent_id: int | None) -> Attachment:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused(400, "bad_request", "file is missing")
    if (file.size or 0) > settings.ATTACHMENT_BYTES_MAX:
        raise Refused(413, "too_big", f"at most {settings.ATTACHMENT_BYTES_MAX} bytes")
    _refuse_crowd(f"upload-conversation:{conversation_id}:{agent_id}", settings.ATTACHMENTS_PER_CONVERSATION)
    try:
        return keep_upload(conversation_id, file.read(), file.name or "", agent_id=agent_id)
    except Unacceptable as error:
        raise Refused(STATUS.get(error.code, HTTPStatus.BAD_REQUEST), error.code, error.detail) from None
    except NotOwner:
        raise Refused(403, "not_yours", "claim the conversation before you reply") from None


def _answer(take: Any, request: HttpRequest, *args: Any) -> HttpResponse:
    try:
        attachment = take(request, *args)
    except Refused as refused:
        return _refusal(refused)
    return JsonResponse(attachment_frames([attachment.snapshot()])[0], status=201)


def _refusal(refused: Refused) -> HttpResponse:
    return JsonResponse({"code": refused.code, "detail": refused.detail}, status=refused.status)


def _refuse_big(request: HttpRequest) -> None:
    """Before the form is parsed: parsing would spool the whole of it to disk once more."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > settings.ATTACHMENT_BYTES_MAX + FORM_BYTES:
        raise Refused(413, "too_big", f"at most {settings.ATTACHMENT_BYTES_MAX} bytes")


def _refuse_crowd(what: str, at_most: int) -> None:
    if not is_allowed(what, at_most=at_most, seconds=LIMIT_SECONDS):
        raise Refused(429, "rate_limited", "too many uploads; try again in a few minutes")


def _may_embed(request: HttpRequest, channel: Channel, origin: str) -> bool:
    """The rule of the socket's handshake: our own pages, sites the channel names, and what is no browser."""
    if not origin or origin.lower() in {trusted.lower() for trusted in settings.CSRF_TRUSTED_ORIGINS}:
        return True
    return urlsplit(origin).netloc.lower() == request.get_host().lower() or origin.lower() in channel.origins()


def _allow(response: HttpResponse, origin: str) -> HttpResponse:
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = "POST"
        response["Access-Control-Allow-Headers"] = "authorization"
        response["Access-Control-Max-Age"] = "600"
    patch_vary_headers(response, ["Origin"])
    return response
