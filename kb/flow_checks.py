"""What is wrong with a tree before customers may walk it: said at the step, in the manager's words. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kb.flow_actions import find_action, known_actions, known_facts
from kb.flow_tree import BRANCHING, LAST, OPERATORS, WAITING, Step, Tree
from kb.flows import placeholders_in

STEPS_MAX = 100
OPTIONS_MAX = 8
_NUMERIC = {"at_most", "at_least"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend; `step` is the mark of the step, "" when it is about the whole."""

    step: str
    message: str


def check_tree(tree: Tree) -> list[Problem]:
    """Everything that keeps a tree from being published, in the order of its steps."""
    if not tree.steps:
        return [Problem("", _("A tree needs at least one step."))]
    problems = list(_check_whole(tree))
    reachable = tree.reachable()
    ending = _can_end(tree)
    for step in tree.steps:
        problems += [Problem(step.key, message) for message in _check_step(tree, step)]
        if step.key not in reachable:
            problems.append(Problem(step.key, _("No way leads to this step.")))
        elif step.key not in ending and not _has_gap(tree, step):
            problems.append(Problem(step.key, _("From here no way leads to an end.")))
    return problems


def _check_whole(tree: Tree) -> Iterator[Problem]:
    if len(tree.steps) > STEPS_MAX:
        yield Problem("", _("A tree has at most %(count)d steps.") % {"count": STEPS_MAX})
    for key, count in Counter(step.key for step in tree.steps).items():
        if count > 1:
            yield Problem(key, _("Two steps have the mark “%(key)s”.") % {"key": key})
    for key in _circles(tree):
        yield Problem(key, _("These steps lead in a circle without asking the customer anything."))


def _check_step(tree: Tree, step: Step) -> Iterator[str]:
    if step.kind in WAITING | {"say"} and not step.text.strip():
        yield _("What is the customer told here?")
    if step.kind not in LAST and step.kind != "choose":
        yield from _check_way(tree, step.next, _("What follows otherwise?") if step.kind == "condition" else "")
    known = {*tree.variables, *(name for action in known_actions() for name in action.gives), *known_facts()}
    for name in placeholders_in(step.text):
        if name not in known:
            yield _("Nothing is kept under the name in {%(name)s}.") % {"name": name}
    if check := _CHECKS.get(step.kind):
        yield from check(tree, step)


def _check_way(tree: Tree, key: str, missing: str = "") -> Iterator[str]:
    if not key:
        yield missing or _("Which step follows?")
    elif tree.get(key) is None:
        yield _("There is no step “%(key)s”.") % {"key": key}


def _check_ask(tree: Tree, step: Step) -> Iterator[str]:
    if not step.variable:
        yield _("Under which name is the answer kept?")


def _check_choose(tree: Tree, step: Step) -> Iterator[str]:
    if len(step.options) < 2:
        yield _("A choice needs two options at least.")
    if len(step.options) > OPTIONS_MAX:
        yield _("Nobody reads more than %(count)d options.") % {"count": OPTIONS_MAX}
    labels = Counter(option.label for option in step.options)
    for option in step.options:
        if not option.label.strip():
            yield _("An option has no words.")
        else:
            yield from _check_way(tree, option.next, _("What follows “%(label)s”?") % {"label": option.label})
    yield from (_("Two options say “%(label)s”.") % {"label": label} for label, n in labels.items() if label and n > 1)


def _check_condition(tree: Tree, step: Step) -> Iterator[str]:
    name = step.config["fact"]
    fact = known_facts().get(name)
    if not name:
        yield _("What does the condition look at?")
    elif fact is None and name not in tree.variables:
        yield _("“%(name)s” is neither asked in this tree nor looked up.") % {"name": name}
    if not step.options:
        yield _("A condition needs one case at least.")
    for option in step.options:
        yield from _check_way(tree, option.next, _("What follows when the case holds?"))
        if option.operator not in OPERATORS:
            yield _("How is it compared?")
        elif option.operator != "known" and not option.value.strip():
            yield _("With what is it compared?")
        elif option.operator in _NUMERIC and not _is_number(option.value):
            yield _("“%(value)s” is no number.") % {"value": option.value}
        elif fact and fact.choices and option.operator == "is" and option.value not in dict(fact.choices):
            yield _("“%(value)s” never happens here.") % {"value": option.value}


def _check_action(tree: Tree, step: Step) -> Iterator[str]:
    action = find_action(step.config["action"])
    if action is None:
        yield _("What is to be done?")
    elif action.takes and not step.config["value"]:
        yield _("The action needs: %(what)s.") % {"what": action.takes}
    elif action.choices and step.config["value"] not in dict(action.choices):
        yield _("“%(value)s” cannot be chosen for this action.") % {"value": step.config["value"]}


_CHECKS: dict[str, Callable[[Tree, Step], Iterator[str]]] = {
    "ask": _check_ask,
    "choose": _check_choose,
    "condition": _check_condition,
    "action": _check_action,
}


def _has_gap(tree: Tree, step: Step) -> bool:
    """A way out of it is not set yet: that is said already."""
    targets = [option.next for option in step.options] if step.kind in BRANCHING else []
    targets += [step.next] if step.kind != "choose" else []
    return any(tree.get(target) is None for target in targets)


def _can_end(tree: Tree) -> set[str]:
    """Marks of the steps from which some way leads to an end."""
    found = {step.key for step in tree.steps if step.kind in LAST}
    while more := {step.key for step in tree.steps if step.key not in found and found & set(step.ways)}:
        found |= more
    return found


def _circles(tree: Tree) -> list[str]:
    """The first step of each circle in which nothing is asked."""
    silent = {step.key: list(step.ways) for step in tree.steps if step.kind not in WAITING}
    found: list[str] = []
    settled: set[str] = set()
    for start in silent:
        path: list[tuple[str, Iterator[str]]] = [(start, iter(silent[start]))]
        while path:
            key, ways = path[-1]
            following = next((way for way in ways if way in silent and way not in settled), None)
            if following is None:
                settled.add(key)
                path.pop()
            elif any(following == earlier for earlier, _ways in path):
                found.append(following)
            else:
                path.append((following, iter(silent[following])))
    return list(dict.fromkeys(found))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
