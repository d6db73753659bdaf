"""The door of messaging platforms: `/callbacks/KIND/CHANNEL_KEY/`. What is genuine is stored, then acknowledged.

GET is the platform's test of the address. POST is answered as the platform expects once everything it said is
committed; 403 for what is not genuine, 400 for what is no request of the platform's, 404 for an unknown channel, 413
for a body over 1 MB, 503 when it could not be stored (platforms then send it again; nothing is stored twice).
"""

import asyncio
import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from conversations.adapters import adapter_of
from conversations.adapters.base import Adapter, Answer, Callback, NotGenuine, Senseless
from conversations.models import Conversation
from conversations.services.arrivals import take_payload
from conversations.services.incoming import Receipt
from conversations.services.turn import take_turn
from cs_platform.jobs import live_lane
from cs_platform.threads import in_database
from routing.models import Channel

logger = logging.getLogger(__name__)

BODY_BYTES_MAX = 1_000_000


@csrf_exempt  # platforms sign what they send
async def callback(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    adapter = await in_database(_find_adapter, kind, key)
    if adapter is None:
        return HttpResponse(status=404)
    if _is_too_big(request):
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    asked = Callback(request.method or "", request.GET.dict(), headers, request.body)
    try:
        if request.method in ("GET", "HEAD"):
            return _reply(adapter.greet(asked))
        if request.method != "POST":
            return HttpResponse(status=405)
        payload = adapter.open(asked)
    except NotGenuine as refusal:
        logger.warning("a callback of %s was not genuine: %s", key, refusal)
        return HttpResponse(status=403)
    except Senseless:
        return HttpResponse(status=400)
    return await _take(adapter, payload)


def _is_too_big(request: HttpRequest) -> bool:
    try:
        return len(request.body) > BODY_BYTES_MAX
    except RequestDataTooBig:  # even more than Django reads
        return True


async def _take(adapter: Adapter, payload: str) -> HttpResponse:
    try:
        receipts = await in_database(take_payload, adapter, payload)
    except DatabaseError:
        logger.exception("a callback of %s could not be stored", adapter.channel.key)
        return HttpResponse(status=503)
    for receipt in receipts:
        _let_answer(receipt)
    return _reply(adapter.object_to(payload) or adapter.acknowledge())


def _let_answer(receipt: Receipt) -> None:
    """The AI takes its turn once the customer pauses; a sweep finds it should this process die before."""
    if receipt.owner in (Conversation.Owner.AI, Conversation.Owner.NONE):
        turn = (receipt.incoming.conversation_id,)
        delay = settings.TURN_SETTLE_SECONDS + 0.02
        asyncio.get_running_loop().call_later(delay, live_lane.submit, take_turn, turn)


def _find_adapter(kind: str, key: str) -> Adapter | None:
    channel = Channel.objects.filter(key=key, kind=kind, is_enabled=True).first()
    return adapter_of(channel) if channel else None


def _reply(answer: Answer) -> HttpResponse:
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
