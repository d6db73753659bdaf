"""The demo shop 青禾生活馆: its channel and the people who work there."""

from datetime import time
from typing import NamedTuple

from django.db import transaction

from cs_platform.models import User
from cs_platform.roles import AGENT, INTEGRATOR, MANAGER, assign_roles
from routing.defaults import DEFAULT_STRATEGY, OFFICE_HOURS_NAME
from routing.models import Agent, Channel, Duty, Schedule, SkillGroup, Strategy

DEMO_CHANNEL_KEY = "demo"


class DemoUser(NamedTuple):
    username: str
    display_name: str
    role: str


DEMO_USERS = (
    DemoUser("manager", "林店长", MANAGER),
    DemoUser("agent", "小禾", AGENT),
    DemoUser("agent2", "小满", AGENT),
    DemoUser("integrator", "阿哲", INTEGRATOR),
)


def create_demo_channel() -> Channel:
    """The website channel of the demo shop; an existing one is left as it is."""
    channel, _created = Channel.objects.get_or_create(
        key=DEMO_CHANNEL_KEY,
        defaults={
            "name": "青禾生活馆",
            "title": "青禾生活馆客服",
            "accent": "#0f7b5f",
            "greeting": "你好，我是青禾的 AI 客服小禾。发货、退换、保修的问题都可以直接问我，想找真人随时说“转人工”。",
            "suggested_questions": "你们什么时候发货？\n可以7天无理由退货吗？\n退款多久到账？",
            "strategy": Strategy.objects.filter(name=DEFAULT_STRATEGY).first(),
            "schedule": Schedule.objects.filter(name=OFFICE_HOURS_NAME).first(),
        },
    )
    return channel


def create_demo_users(password: str) -> list[User]:
    """Create the demo log-ins that are missing; existing users and their passwords are never touched."""
    existing = set(
        User.objects.filter(username__in=[demo.username for demo in DEMO_USERS]).values_list("username", flat=True)
    )
    made = [_create_user(demo, password) for demo in DEMO_USERS if demo.username not in existing]
    _create_teams(made)
    return made


def _create_user(demo: DemoUser, password: str) -> User:
    with transaction.atomic():
        user = User.objects.create_user(username=demo.username, password=password, display_name=demo.display_name)
        assign_roles(user, [demo.role])
        if demo.role == AGENT:
            Agent.objects.get_or_create(user=user)
    return user


def _create_teams(made: list[User]) -> None:
    """A skill group of the agents, and one of them on duty at night; only beside agents made just now."""
    agents = list(Agent.objects.filter(user__in=made).order_by("pk"))
    if not agents:
        return
    group, is_new = SkillGroup.objects.get_or_create(name="售后组")
    if is_new:
        group.agents.set(agents)
        Duty.objects.create(user=agents[0].user, starts=time(18), ends=time(9))
