"""How a month in the demo shop goes: who writes when, and how often. The same seed tells the same month."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random

from django.utils import timezone

from reports.demo import scenes
from reports.demo.story import Act, Known, Line, Story
from reports.demo.teller import Teller

DAYS = 30
SEED = 20261123
A_DAY = 25  # conversations on an ordinary day
FIXED_DAYS_AGO = 15  # then the shop answered what it had been asked in vain
BROADCAST_DAYS_AGO = 9
WEEKEND_FACTOR = 1.35
HOURS = (1, 1, 0, 0, 0, 0, 1, 2, 4, 8, 11, 10, 7, 7, 9, 10, 9, 8, 7, 9, 12, 12, 8, 4)  # how busy each hour is
CHANNELS = (("demo", 50), ("demo-wechat", 25), ("demo-douyin", 15), ("demo-xhs", 10))
STILL_GOING = timedelta(minutes=40)


def tell(
    known: Sequence[Known], fixed: Sequence[Known], agents: int, now: datetime, *, days: int = DAYS
) -> Iterator[Story]:
    """The stories of the month that ends now, in the order in which they begin."""
    rng, number, today = Random(SEED), 0, timezone.localtime(now).date()
    unfinished = cycle(scenes.MATTERS)
    for ago in range(days - 1, -1, -1):
        day = today - timedelta(days=ago)
        busy = WEEKEND_FACTOR if day.weekday() >= 5 else 1.0
        for _ in range(round(A_DAY * busy * rng.uniform(0.85, 1.15))):
            number += 1
            story = _meet(rng, number)
            teller = Teller(rng, known, fixed if ago <= FIXED_DAYS_AGO else (), agents, now, unfinished)
            _visit(story, teller, _some_time(rng, day))
            if story.visits:
                yield story


def broadcast_at(now: datetime) -> datetime:
    """When the one broadcast of the month began."""
    day = timezone.localtime(now).date() - timedelta(days=BROADCAST_DAYS_AGO)
    return timezone.make_aware(datetime.combine(day, time(10)))


def _meet(rng: Random, number: int) -> Story:
    (channel,) = rng.choices([key for key, _ in CHANNELS], [weight for _, weight in CHANNELS])
    name = rng.choice(scenes.SURNAMES) + rng.choice(scenes.TITLES)
    phone = f"13800{number:06d}"
    bought = timedelta(days=rng.uniform(1, 20)) if rng.random() < 0.4 else None
    is_vip, has_refused = rng.random() < 0.06, rng.random() < 0.03
    return Story(number, channel, name, rng.choice(scenes.REGIONS), phone, is_vip, bought, has_refused)


def _visit(story: Story, teller: Teller, at: datetime) -> None:
    is_news_due = story.channel == CHANNELS[0][0]
    while at < teller.now - STILL_GOING:
        visit = teller.visit(at, story.phone, is_first=not story.visits)
        if visit.lines[-1].at >= teller.now:
            return
        story.visits.append(visit)
        at = _next_visit(teller, visit.lines[-1].at, has_talked=visit.has_talked)
        sent_at = broadcast_at(teller.now) + timedelta(seconds=story.number % 60)
        if is_news_due and visit.lines[-1].at < sent_at < at:
            is_news_due = False
            at = _hear_news(story, teller, sent_at, at)


def _next_visit(teller: Teller, after: datetime, *, has_talked: bool) -> datetime:
    if not has_talked or teller.rng.random() > 0.12:
        return teller.now  # never
    return after + timedelta(hours=teller.rng.uniform(5, 200))


def _hear_news(story: Story, teller: Teller, sent_at: datetime, next_visit: datetime) -> datetime:
    """The broadcast comes, unless it was refused; some come to the shop for it, and some have had enough."""
    if story.has_refused:
        return next_visit
    text = scenes.NEWS.format(name=story.name)
    story.visits[-1].news.append(Line(sent_at, "system", text, {"decision": "broadcast"}, act=Act.BROADCAST))
    dice = teller.rng.random()
    if dice < 0.03:
        story.refused_at = sent_at + timedelta(minutes=teller.rng.uniform(1, 300))
    elif dice < 0.19:
        return sent_at + timedelta(hours=teller.rng.uniform(0.1, 30))
    return next_visit


def _some_time(rng: Random, day: date) -> datetime:
    (hour,) = rng.choices(range(24), HOURS)
    return timezone.make_aware(datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60))))
