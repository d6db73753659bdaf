"""A decision tree from a Word outline: upload, look at what it says, keep it as a draft; and back to an outline."""

import uuid

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget

from cs_platform.models import User
from kb.flow_outline import Line, Outline, lines_of_text, read_outline
from kb.flow_outline_text import write_outline
from kb.flow_picture import draw
from kb.models import Flow
from kb.models.entry import lines
from kb.readers.limits import ReadError
from kb.readers.outlines import OUTLINE_KINDS, read_outline_file
from kb.services.flows import save_flow, tree_of

KEPT_SECONDS = 1800
TEXT_CHARACTERS_MAX = 60_000
_TITLE = _("A decision tree from an outline")


class OutlineForm(forms.Form):
    """A file, or the outline itself."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ",".join(f".{kind}" for kind in OUTLINE_KINDS)}),
        help_text=_("Word (.docx) or text (.txt), at most 20 MB."),
    )
    text = forms.CharField(
        label=_("Or paste the outline here"),
        required=False,
        max_length=TEXT_CHARACTERS_MAX,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("text"):
            self.add_error("file", _("Choose a file, or paste an outline."))
        return cleaned

    def read(self) -> list[Line]:
        """The paragraphs; raises ReadError in the user's words."""
        file = self.cleaned_data["file"]
        if file:
            return read_outline_file(file.name, file.read())
        return lines_of_text(self.cleaned_data["text"])


def import_outline_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Upload → what it says, or what to mend in which paragraph → keep it. Nothing is stored before the last step."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    if token := request.POST.get("token"):
        return _confirm(model_admin, request, token)
    form = OutlineForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(model_admin, request, form)
    try:
        paragraphs = form.read()
    except ReadError as error:
        form.add_error("file", str(error))
        return _page(model_admin, request, form)
    outline = read_outline(paragraphs)
    told = {line.number: line.text for line in paragraphs}
    problems = [(problem.number, told.get(problem.number, ""), problem.message) for problem in outline.problems]
    if not outline.tree.name:
        problems.insert(0, (1, told.get(1, ""), str(_("The first line gives the name: 流程：…"))))
    token = "" if problems else _keep(request, outline)
    return _page(model_admin, request, form, outline=outline, problems=problems, token=token)


def outline_response(model_admin: ModelAdmin, request: HttpRequest, flow: Flow) -> HttpResponse:
    """The draft as an outline to download; reading it again gives the same tree."""
    if not model_admin.has_view_permission(request, flow):
        raise PermissionDenied
    text = write_outline(
        tree_of(flow), phrasings=lines(flow.phrasings), description=flow.description, intent=flow.intent
    )
    response = HttpResponse("\ufeff" + text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{flow.name}.txt") or "attachment"
    return response


def _confirm(model_admin: ModelAdmin, request: HttpRequest, token: str) -> HttpResponse:
    assert isinstance(request.user, User)
    outline: Outline | None = cache.get(_key(request, token))
    if outline is None:
        messages.error(request, _("The upload is no longer there. Choose the file again."))
        return redirect(request.path)
    flow = Flow.objects.filter(name=outline.tree.name).first() or Flow(name=outline.tree.name)
    flow.description = outline.description or flow.description
    flow.intent = outline.intent or flow.intent
    try:
        save_flow(flow, outline.tree, phrasings=outline.phrasings or None, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(request.path)
    cache.delete(_key(request, token))
    messages.success(request, _("Kept as a draft. Try it, then publish it."))
    return redirect("admin:kb_flow_change", flow.pk)


def _keep(request: HttpRequest, outline: Outline) -> str:
    token = uuid.uuid4().hex
    cache.set(_key(request, token), outline, KEPT_SECONDS)
    return token


def _key(request: HttpRequest, token: str) -> str:
    """Under the user's own number: nobody confirms a colleague's upload."""
    return f"kb-outline:{request.user.pk}:{token}"


def _page(
    model_admin: ModelAdmin,
    request: HttpRequest,
    form: OutlineForm,
    *,
    outline: Outline | None = None,
    problems: list[tuple[int, str, str]] | None = None,
    token: str = "",
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _TITLE,
        "form": form,
        "outline": outline,
        "replaces": outline is not None and Flow.objects.filter(name=outline.tree.name).exists(),
        "picture": draw(outline.tree) if token and outline else None,
        "problems": problems,
        "token": token,
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/kb/flow_import.html", context)
