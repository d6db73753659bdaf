"""One of each row of routing, for pages that list them."""

from datetime import date, time

from cs_platform.models import User
from routing.models import (
    Agent,
    Channel,
    Duty,
    Holiday,
    Intent,
    Interval,
    Rule,
    Schedule,
    SkillGroup,
    Strategy,
)
from routing.services import save_examples


def fill_routing(channel: Channel, agent: User) -> None:
    """A strategy, hours, a special day, a duty, a group, an intent and a rule around a channel."""
    key = channel.key
    strategy = Strategy.objects.create(name=f"策略 {key}")
    schedule = Schedule.objects.create(name=f"时间 {key}")
    Interval.objects.create(schedule=schedule, weekday=0, starts=time(9), ends=time(18))
    Channel.objects.filter(pk=channel.pk).update(strategy=strategy, schedule=schedule)
    Holiday.objects.create(day=date(2027, 1, 1), schedule=schedule)
    Duty.objects.create(user=agent, starts=time(18), ends=time(9))
    group = SkillGroup.objects.create(name=f"技能组 {key}")
    group.agents.add(Agent.objects.get_or_create(user=agent)[0])
    group.channels.add(channel)
    intent = Intent.objects.create(key=key.replace("-", "_"), name=f"意图 {key}")
    save_examples(intent, [f"例句 {key}"])
    rule = Rule.objects.create(name=f"规则 {key}", group=group, notify_group=group)
    rule.intents.add(intent)
    rule.channels.add(channel)
