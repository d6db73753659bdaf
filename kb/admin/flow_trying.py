"""Walking a decision tree as a customer: facts are chosen, not looked up; nothing is done; every step is shown."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from cs_platform.text import row_number
from kb.flow_actions import FactSpec, find_action, known_facts
from kb.flow_checks import Problem, check_tree
from kb.flow_meaning import closest_option
from kb.flow_picture import text_of
from kb.flow_tree import Tree
from kb.flows import Advance, Choice, Done, Said, Scalar, advance, begin, summarise, without_gaps
from kb.models import Flow
from kb.services.flows import tree_of

SAYINGS_MAX = 60
_TEXT_MAX = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the walk: who (customer, ai, done, path) and what."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Walked:
    """The whole walk so far."""

    lines: tuple[Entry, ...]
    options: tuple[Choice, ...]
    outcome: str
    told: tuple[tuple[str, str], ...]


def try_flow_page(model_admin: ModelAdmin, request: HttpRequest, flow: Flow) -> HttpResponse:
    """The draft; what was said so far travels in the form, so nothing is stored."""
    if not model_admin.has_view_permission(request, flow):
        raise PermissionDenied
    tree = tree_of(flow)
    problems = check_tree(tree)
    sayings = read_sayings(request.POST)
    facts = read_facts(request.POST)
    walked = None if problems or request.method != "POST" else walk(tree, sayings, facts)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": flow.name,
        "flow": flow,
        "page": "try",
        "problems": _named(tree, problems),
        "facts": [(fact, request.POST.get(f"fact-{fact.name}", "")) for fact in facts_of(tree)],
        "sayings": [json.dumps(saying, ensure_ascii=False) for saying in sayings],
        "walked": walked,
        "hint": request.POST.get("hint", ""),
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/kb/flow_try.html", context)


def facts_of(tree: Tree) -> list[FactSpec]:
    """What the actions of this tree could find out, as far as conditions ask for it."""
    asked = {step.config["fact"] for step in tree.steps if step.kind == "condition"}
    return [fact for name, fact in known_facts().items() if name in asked]


def read_sayings(post: QueryDict) -> list[Mapping[str, Any]]:
    """All that the customer has said, the new one included; “one step back” leaves the last one out."""
    sayings: list[Mapping[str, Any]] = []
    for raw in post.getlist("saying")[:SAYINGS_MAX]:
        try:
            saying = json.loads(raw)
        except ValueError:
            continue
        if isinstance(saying, dict):
            sayings.append(saying)
    if post.get("do") == "back":
        return sayings[:-1]
    if post.get("do") == "again":
        return []
    if (choice := row_number(post.get("choice"))) is not None:
        return [*sayings, {"choice": choice}]
    if post.get("do") == "photo":
        return [*sayings, {"photo": True}]
    text = post.get("text", "").strip()[:_TEXT_MAX]
    return [*sayings, {"text": text}] if text else sayings


def read_facts(post: QueryDict) -> dict[str, Scalar]:
    """The facts that were chosen; what is left empty is not known."""
    named = ((name, post.get(f"fact-{name}", "").strip()[:100]) for name in known_facts())
    return {name: value for name, value in named if value}


def walk(tree: Tree, sayings: Sequence[Mapping[str, Any]], facts: Mapping[str, Scalar]) -> Walked:
    """From the start to what was said last, by the very walker that customers meet."""
    lines: list[Entry] = []
    move = _settle(tree, begin(tree), facts, lines)
    for saying in sayings:
        if move.outcome not in ("waiting", "unclear"):
            break
        said = _said(saying, move)
        lines.append(Entry("customer", _words(saying, move)))
        move = _settle(tree, advance(tree, move.state, said, closest=closest_option), facts, lines)
    told = tuple((name, value or "—") for name, value in summarise(tree, move.state))
    return Walked(tuple(lines), move.options, move.outcome, told)


def _settle(tree: Tree, move: Advance, facts: Mapping[str, Scalar], lines: list[Entry]) -> Advance:
    """Says what is said, and goes on as if each action had been done."""
    if move.outcome == "unclear":
        lines.append(Entry("done", _("Not understood: the question is put once more, then a person goes on.")))
    _tell(move, lines)
    while move.effect is not None:
        spec = find_action(move.effect.action)
        step = tree.get(move.effect.step)
        lines.append(Entry("done", text_of(step) if step else move.effect.action))
        found: dict[str, Scalar] = {name: f"〔{name}〕" for name in spec.gives} if spec else {}
        found |= {fact.name: facts[fact.name] for fact in spec.facts if fact.name in facts} if spec else {}
        move = advance(tree, move.state, Done(found, is_lasting=bool(spec and spec.is_lasting)))
        _tell(move, lines)
    return move


def _tell(move: Advance, lines: list[Entry]) -> None:
    lines += [Entry("ai", text) for reply in move.replies if (text := without_gaps(reply, ()))]


def _said(saying: Mapping[str, Any], move: Advance) -> Said:
    if "choice" in saying:
        place = saying["choice"]
        return Said(_words(saying, move), choice=place if isinstance(place, int) else None)
    return Said(str(saying.get("text", "")), has_photo=bool(saying.get("photo")))


def _words(saying: Mapping[str, Any], move: Advance) -> str:
    if "choice" in saying:
        return next((option.label for option in move.options if option.place == saying["choice"]), "?")
    return _("[a picture]") if saying.get("photo") else str(saying.get("text", ""))


def _named(tree: Tree, problems: Sequence[Problem]) -> list[tuple[str, str, str]]:
    """Problems with the number of the step."""
    numbers = {step.key: str(number) for number, step in enumerate(tree.steps, start=1)}
    return [(numbers.get(problem.step, ""), problem.step, problem.message) for problem in problems]
