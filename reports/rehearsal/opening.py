"""What is there before the day begins: channels, people, rules of the house. Runs inside the platform, by `shell`."""

import json
from datetime import time
from typing import Any

from cs_platform.api.granting import issue_key
from cs_platform.api.router import known_scopes
from cs_platform.models import User
from cs_platform.roles import AGENT, INTEGRATOR, MANAGER, assign_roles
from marketing.models import Card, OrderNotice, Segment, Trigger
from reports.models import Subscriber
from reports.rehearsal import shop
from reports.rehearsal.monday import SUBSCRIBER
from reports.rehearsal.wechat import AES_KEY, APP_ID, SECRET, TOKEN
from routing.models import Agent, Channel, Strategy

NEVER_QUIET = {"quiet_from": time(0), "quiet_until": time(0)}


def open_shop(password: str) -> None:
    """Prepare everything and print, as the last line, what the players must know."""
    people = {one.username: _hire(one, AGENT, password) for one in shop.AGENTS}
    manager = _hire(shop.MANAGER, MANAGER, password)
    _hire(shop.INTEGRATOR, INTEGRATOR, password)
    web = _open_channels()
    _prepare_marketing(web)
    Subscriber.objects.create(email=SUBSCRIBER)
    _key, text = issue_key(name=shop.KEY_NAME, scopes=known_scopes(), owner=manager)
    segment = Segment.objects.get(name=shop.KEY_NAME)
    facts = {
        "key": text,
        "segment": segment.pk,
        "identity_secret": web.identity_secret,
        "people": {username: user.pk for username, user in people.items()},
        "channels": {channel.key: channel.pk for channel in Channel.objects.filter(key__in=shop.NAMES)},
    }
    print(json.dumps(facts))


def _hire(person: shop.Person, role: str, password: str) -> User:
    user = User.objects.create_user(username=person.username, password=password, display_name=person.name)
    assign_roles(user, [role])
    if role == AGENT:
        Agent.objects.update_or_create(user=user, defaults={"accepts_automatically": person.accepts, "capacity": 5})
    return user


def _open_channels() -> Channel:
    """Without service hours: people are there when they are, whatever the clock says."""
    strategy = Strategy.objects.create(name=shop.KEY_NAME, misses_before_handoff=3)
    common: dict[str, Any] = {"strategy": strategy, "schedule": None, "greeting": shop.GREETING}
    web = Channel.objects.create(key=shop.WEB, name=shop.NAMES[shop.WEB], **common)
    connection = {
        "app_id": APP_ID, "app_secret": SECRET, "token": TOKEN, "encoding_aes_key": AES_KEY, "mode": "safe",
    }  # fmt: skip
    Channel.objects.create(
        key=shop.WECHAT, name=shop.NAMES[shop.WECHAT], kind=Channel.Kind.WECHAT, connection=json.dumps(connection),
        **common,
    )  # fmt: skip
    return web


def _prepare_marketing(web: Channel) -> None:
    card = Card.objects.create(name=shop.KEY_NAME, title="团购咨询", thanks=shop.CARD_THANKS, is_default=True)
    Trigger.objects.update(is_active=False)
    waking = Trigger.objects.create(name="wake", text=shop.WAKE_UP, seconds=shop.WAKE_SECONDS)
    asking = Trigger.objects.create(
        name="card", kind=Trigger.Kind.KEYWORD, keywords=shop.CARD_WORD, text=shop.CARD_TEXT, card=card
    )
    for trigger in (waking, asking):
        trigger.channels.set([web])
    OrderNotice.objects.update(is_active=True, is_urgent=True, **NEVER_QUIET)
    Segment.objects.create(name=shop.KEY_NAME).channels.set(Channel.objects.filter(key__in=shop.NAMES))
