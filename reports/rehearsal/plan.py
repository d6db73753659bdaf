"""How much happens on the day: everything in proportion to its share. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.rehearsal.errand import Errand, Errands


@dataclass(frozen=True, slots=True)
class Plan:
    """Errands by who has them and when. Followers write on WeChat, all others on the website."""

    day: Sequence[Errand]
    evening: Sequence[Errand]
    followers: Sequence[Errand]
    accounts: int  # customers that the shop's systems tell of, who write nothing
    refused: int  # of the accounts those who wanted no promotions before
    tickets: int  # by the API; half of them about a chat
    desk_tickets: int  # by agents, from a chat
    leads: int  # by the API, of followers
    parcels: int  # of accounts; buyers have one each beside these
    orders_after: int  # paid after the broadcast
    seconds: float  # in which the customers of the day arrive

    @property
    def audience(self) -> int:
        """Everybody who is a customer when the broadcast begins."""
        return len(self.day) + len(self.followers) + self.accounts


def make_plan(share: float, seed: int) -> Plan:
    """The whole day, or a part of it that has some of everything."""

    def some(count: int) -> int:
        return max(1, round(count * share))

    make = Errands(seed)
    day = [
        *(make.ask(is_rated=number % 3 == 0) for number in range(some(32))),
        *(make.buy(number) for number in range(some(10))),
        *(make.miss(number) for number in range(max(6, some(18)))),
        *(make.lead(number) for number in range(some(22))),
        *(make.silent(number) for number in range(some(30))),
        *(make.person(number) for number in range(some(30))),
        *(make.return_later() for _ in range(some(3))),
        *(make.opt_out() for _ in range(some(2))),
        *(make.reply() for _ in range(some(3))),
    ]
    evening = [*(make.leave(number) for number in range(some(6))), *(make.give_up() for _ in range(some(4)))]
    followers = [
        *(make.ask() for _ in range(some(30))),
        *(make.person(6 * number) for number in range(some(10))),
    ]
    return Plan(
        day=day,
        evening=evening,
        followers=followers,
        accounts=max(some(500) - len(day) - len(followers), 4),
        refused=some(3),
        tickets=some(10),
        desk_tickets=some(4),
        leads=some(3),
        parcels=some(12),
        orders_after=some(5),
        seconds=max(15.0, 150.0 * share),
    )
