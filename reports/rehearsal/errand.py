"""What somebody comes for, as steps: each says or does something and waits for what must follow."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reports.rehearsal import shop


@dataclass(frozen=True, slots=True)
class Say:
    """Write `text`, then wait until `expects` is read (see `reading.kind_of`); "" waits for nothing."""

    text: str
    expects: str = ""


@dataclass(frozen=True, slots=True)
class Await:
    """Read `kind`."""

    kind: str


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class Rate:
    score: int


@dataclass(frozen=True, slots=True)
class Fill:
    """Send the form of the card that was read last."""

    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """Look at everything that has come, as a widget in the foreground does."""


Step = Say | Await | Pause | Rate | Fill | Read


@dataclass(frozen=True, slots=True)
class Errand:
    """`reason` is why a person gets the customer; `closes` whether the shop's systems end the chat at night."""

    name: str
    steps: Sequence[Step]
    reason: str = ""
    closes: bool = True
    account: str = ""  # the customer is logged in at the shop under it
    order: str = ""
    later: Sequence[Step] = field(default=())  # after the broadcast, or on the next morning


class Errands:
    """Makes errands; every choice is the seed's."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(f"errands-{seed}")
        self._count = 0

    def ask(self, *, is_rated: bool = False) -> Errand:
        """One to three questions that the shop has an answer to."""
        topics = self._chance.sample(shop.KNOWN, self._chance.randint(1, 3))
        steps: list[Step] = []
        for topic in topics:
            steps += [Say(self._chance.choice(topic.questions), "answer"), self._breath()]
        if is_rated:
            steps += [Say("好的，谢谢", "courtesy"), Rate(self._chance.choice((2, 4, 5, 5)))]
        return Errand("ask", steps, later=(Await("broadcast"), Read()) if is_rated else ())

    def buy(self, number: int) -> Errand:
        """Somebody who is logged in asks where the order is."""
        order = f"RH{number:04}20261127"
        steps = (Say(f"我的订单 {order} 到哪了", "order"), self._breath(), Say(self._known(), "answer"))
        return Errand("buy", steps, account=f"buyer-{number}", order=order)

    def miss(self, number: int) -> Errand:
        """A question that nobody has an answer to."""
        question = shop.UNKNOWN[number % len(shop.UNKNOWN)]
        return Errand("miss", (Say(question, "unknown"), self._breath()))

    def lead(self, number: int) -> Errand:
        """Wants to buy for a company, gets a form and fills it in."""
        phone = f"139{number:08}"
        steps = (
            Say(self._chance.choice(shop.CONTACT.questions), "answer"),
            Await("card"),
            self._breath(),
            Fill({"name": f"采购{number}", "phone": phone}),
        )
        return Errand("lead", steps)

    def silent(self, number: int) -> Errand:
        """Opens the chat and says nothing until spoken to; every third one answers then."""
        words: Sequence[Step] = (self._breath(), Say(self._known(), "answer")) if number % 3 == 0 else ()
        return Errand("silent", (Await("wake_up"), *words))

    def person(self, number: int) -> Errand:
        """Wants a person, for one reason or another."""
        kind = number % 6
        if kind == 3:
            steps: Sequence[Step] = (Say(self._chance.choice(shop.SPECIAL.questions), "queued"),)
            return self._with_person(steps, "entry_condition")
        if kind == 4:
            first, second, third = self._chance.sample(shop.UNKNOWN, 3)
            steps = (Say(first, "unknown"), self._breath(), Say(second, "unknown"), Say(third, "queued"))
            return self._with_person(steps, "repeated_miss")
        if kind == 5:
            return self._with_person((Say(shop.UPSET[number // 6 % 2], "queued"),), "complaint")
        steps = (Say(self._known(), "answer"), self._breath(), Say(self._call(), "queued"))
        return self._with_person(steps, "customer_request", to_robot=number % 6 == 2)

    def leave(self, number: int) -> Errand:
        """Comes when nobody is there any more, and leaves a message."""
        steps = (
            Say(self._known(), "answer"),
            Say(self._call(), "queued"),
            Say("我要留言", "leave"),
            Say(f"想改一下收货人，麻烦回电 137{number:08}", "left"),
        )
        return Errand("leave", steps, "customer_request", closes=False)

    def give_up(self) -> Errand:
        """Comes when nobody is there any more, and waits in vain."""
        return Errand("give_up", (Say(self._known(), "answer"), Say(self._call(), "queued")), "customer_request")

    def return_later(self) -> Errand:
        """Was answered, and comes back once the chat has ended."""
        return Errand("return", (Say(self._known(), "answer"),), later=(Say(self._known(), "answer"),))

    def opt_out(self) -> Errand:
        """Gets the broadcast and wants no other."""
        steps = (Say(self._known(), "answer"),)
        return Errand("opt_out", steps, later=(Await("broadcast"), Read(), Say("退订", "opted_out")))

    def reply(self) -> Errand:
        """Gets the broadcast, reads it and answers."""
        steps = (Say(self._known(), "answer"),)
        return Errand("reply", steps, later=(Await("broadcast"), Read(), Say(self._known(), "answer")))

    def _with_person(self, steps: Sequence[Step], reason: str, *, to_robot: bool = False) -> Errand:
        talk: list[Step] = [Await("agent"), Say("订单里有个问题想核实一下", "agent"), self._breath()]
        if to_robot:
            talk += [Say(shop.TO_ROBOT, "given_back"), Say(self._known(), "answer")]
            return Errand("person", (*steps, *talk), reason)
        talk += [Say(shop.GOODBYE, "closed"), Rate(self._chance.choice((1, 3, 4, 5, 5)))]
        return Errand("person", (*steps, *talk), reason, closes=False)

    def _known(self) -> str:
        return self._chance.choice(self._chance.choice(shop.KNOWN).questions)

    def _call(self) -> str:
        return self._chance.choice(("转人工", "找个人工客服", "我要找真人"))

    def _breath(self) -> Pause:
        return Pause(self._chance.uniform(0.5, 3.0))
