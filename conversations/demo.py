"""The demo shop 青禾生活馆: its channel and the people who work there."""

from datetime import time
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction

from conversations.models import CannedReply
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
    DemoUser("agent3", "小麦", AGENT),
    DemoUser("integrator", "阿哲", INTEGRATOR),
)


class DemoReply(NamedTuple):
    title: str
    shortcut: str
    text: str


DEMO_REPLIES = (
    DemoReply("开场问候", "你好", "{name}您好，我是青禾客服{agent}，很高兴为您服务，请问有什么可以帮您？"),
    DemoReply("请稍等", "稍等", "好的，我马上帮您查一下，请稍等一两分钟。"),
    DemoReply("索要订单号", "单号", "麻烦您提供一下订单号（“我的订单”里可以复制），我帮您核实。"),
    DemoReply("催发货", "催发", "订单 {order} 已经帮您催仓库优先处理，发出后会有短信通知，请您留意。"),
    DemoReply("查物流", "物流", "订单 {order} 的包裹在路上，我联系快递核实一下最新位置，有结果马上告诉您。"),
    DemoReply("退货步骤", "退货", "可以退的。请在订单里点“申请退货”，提交后会收到退货地址，寄出后把单号填在那里就行。"),
    DemoReply("换货登记", "换货", "好的，已经为您登记换货，快递员明天上门取件，请把包装和配件一起放好。"),
    DemoReply("退款时间", "退款", "退款已经提交，原路退回，一般 1 到 3 个工作日到账。"),
    DemoReply("开发票", "发票", "请把抬头、税号和邮箱发给我，电子发票 3 个工作日内发到您的邮箱。"),
    DemoReply("请拍照", "拍照", "很抱歉给您添麻烦了。请拍一下商品问题处和外包装的照片发给我，我马上为您登记售后。"),
    DemoReply("致歉安抚", "抱歉", "非常抱歉给您带来不好的体验，您的问题我会跟到底，今天内给您明确答复。"),
    DemoReply("结束语", "结束", "请问还有其他可以帮您的吗？如果没有，稍后麻烦您给我的服务做个评价，祝您生活愉快！"),
)


def create_demo_replies() -> list[CannedReply]:
    """Canned replies to try the console with; nothing where the shop has any of its own. Returns what was made."""
    if CannedReply.objects.exists():
        return []
    return CannedReply.objects.bulk_create(
        CannedReply(title=f"{reply.title}（演示）", shortcut=reply.shortcut, text=reply.text) for reply in DEMO_REPLIES
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
    missing = [demo for demo in DEMO_USERS if demo.username not in existing]
    hashed = make_password(password) if missing else ""  # once for all of them: it is slow on purpose
    made = [_create_user(demo, hashed) for demo in missing]
    _create_teams(made)
    return made


def _create_user(demo: DemoUser, hashed: str) -> User:
    with transaction.atomic():
        user = User.objects.create(username=demo.username, password=hashed, display_name=demo.display_name)
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
