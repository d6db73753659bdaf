"""The editor of a decision tree: its steps as cards, what is wrong said at each; save, publish, withdraw."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from cs_platform.models import User
from kb.admin.flow_draft import Card, cards_of, choices_for, read_draft, vocabulary
from kb.admin.forms import CategoryField
from kb.flow_checks import Problem, check_tree
from kb.flow_tree import Step, Tree
from kb.models import Flow, FlowRun
from kb.services.flows import Unfit, mark_of, publish_flow, save_flow, tree_of, tree_of_version, withdraw_flow
from kb.services.gate import PublishBlocked


class FlowForm(forms.ModelForm):
    """All of a tree but its steps."""

    category = CategoryField()

    class Meta:
        model = Flow
        fields = ("name", "phrasings", "description", "category", "intent")
        widgets = {
            "name": UnfoldAdminTextInputWidget(),
            "phrasings": UnfoldAdminTextareaWidget(attrs={"rows": 4}),
            "description": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
            "intent": UnfoldAdminTextInputWidget(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].label = _("Category")


def editor_page(model_admin: ModelAdmin, request: HttpRequest, flow: Flow) -> HttpResponse:
    """Read and change a tree. What is unfinished is kept as a draft; only publishing wants it whole."""
    may_change = (
        model_admin.has_change_permission(request, flow) if flow.pk else model_admin.has_add_permission(request)
    )
    if not may_change and not model_admin.has_view_permission(request, flow):
        raise PermissionDenied
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if request.POST.get("do") == "withdraw":
            return _withdraw(request, flow)
        return _save(model_admin, request, flow)
    tree = tree_of(flow) if flow.pk else Tree("", (Step("s1", "say", next="s2"), Step("s2", "end")))
    problems = check_tree(tree) if flow.pk else []
    return _page(model_admin, request, flow, FlowForm(instance=flow), tree, problems, may_change=may_change)


def _save(model_admin: ModelAdmin, request: HttpRequest, flow: Flow) -> HttpResponse:
    form = FlowForm(request.POST, instance=flow)
    tree = read_draft(request.POST, request.POST.get("name", ""))
    if form.is_valid():
        try:
            phrasings, seen = form.cleaned_data["phrasings"].splitlines(), request.POST.get("seen", "")
            save_flow(flow, tree, phrasings=phrasings, by=_who(request), seen=seen)
        except PublishBlocked:
            raise
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _after_saving(request, flow, tree)
    return _page(model_admin, request, flow, form, tree, check_tree(tree), may_change=True)


def _after_saving(request: HttpRequest, flow: Flow, tree: Tree) -> HttpResponse:
    if request.POST.get("do") == "publish":
        try:
            version = publish_flow(flow, by=_who(request))
        except Unfit as error:
            text = _("Saved, but not published: %(count)s things are to be mended. They stand at their steps.")
            messages.error(request, text % {"count": len(error.problems)})
        except PublishBlocked as blocked:
            if request.path == reverse("admin:kb_flow_change", args=[flow.pk]):
                raise
            messages.error(request, blocked.messages[0])  # its draft is stored by now: publish it from its own page
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Version %(number)s serves customers now.") % {"number": version.number})
        return redirect("admin:kb_flow_change", flow.pk)
    count = len(check_tree(tree))
    text = _("Saved as a draft. Customers notice nothing until it is published.")
    messages.success(request, text)
    if count:
        messages.warning(request, _("%(count)s things are to be mended before it can be published.") % {"count": count})
    return redirect("admin:kb_flow_change", flow.pk)


def _withdraw(request: HttpRequest, flow: Flow) -> HttpResponse:
    withdraw_flow(flow, by=_who(request))
    messages.success(request, _("Nobody begins this any more. Who is under way comes to the end."))
    return redirect("admin:kb_flow_change", flow.pk)


def _page(
    model_admin: ModelAdmin,
    request: HttpRequest,
    flow: Flow,
    form: FlowForm,
    tree: Tree,
    problems: Sequence[Problem],
    *,
    may_change: bool,
) -> HttpResponse:
    by_step: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        by_step[problem.step].append(problem.message)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": flow.name if flow.pk else _("New decision tree"),
        "flow": flow,
        "seen": mark_of(Flow.objects.get(pk=flow.pk)) if flow.pk else "",
        "form": form,
        "cards": cards_of(tree, by_step),
        "blank": Card(0, Step("KEY", "say"), ()),
        "choices": choices_for(tree),
        "vocabulary": vocabulary(),
        "problems": by_step.get("", []),
        "problem_count": len(problems),
        "has_changed": flow.live is not None and tree_of_version(flow.live.pk).steps != tree.steps,
        "figures": _figures(flow),
        "entries": flow.entries.all()[:20] if flow.pk else (),
        "may_change": may_change,
        "may_publish": request.user.has_perm("kb.publish_entry"),
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/kb/flow.html", context)


def _figures(flow: Flow) -> list[tuple[str, int]]:
    """How walks went, all that began first."""
    if not flow.pk:
        return []
    counts = dict(flow.runs.order_by().values_list("outcome").annotate(count=Count("pk")))
    told = [(str(outcome.label), counts.get(outcome, 0)) for outcome in FlowRun.Outcome]
    return [(_("Begun"), sum(counts.values())), *told] if counts else []


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
