"""Golden questions out of a file, into a file, and from an entry."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminFileFieldWidget

from cs_platform.models import User
from kb.admin.downloads import download
from kb.golden_files import FileQuestions, questions_as_table, read_questions
from kb.models import Entry, GoldenQuestion
from kb.readers import ReadError, check_size
from kb.services.golden import add_from_entry, store_cases

PROBLEMS_SHOWN = 100


class QuestionFileForm(forms.Form):
    """A workbook or CSV file of questions."""

    is_golden = False
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,  # refused below, in words that help
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("Excel (.xlsx) or CSV, at most 2,000 questions."),
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        try:
            check_size(file.size)
            self.found = read_questions(file.name, file.read(), is_golden=self.is_golden)
        except ReadError as error:
            raise ValidationError(str(error)) from error
        return file

    @property
    def questions(self) -> FileQuestions:
        return self.found


class GoldenFileForm(QuestionFileForm):
    """A file of golden questions: each must expect something."""

    is_golden = True


def import_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Upload golden questions; any problem means that none is stored."""
    form = GoldenFileForm(request.POST or None, request.FILES or None)
    problems: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        problems = form.questions.problems
        if not problems:
            added, changed = store_cases(form.questions.cases, by=cast(User, request.user))
            text = _("%(added)s golden questions added, %(changed)s changed.")
            messages.success(request, text % {"added": added, "changed": changed})
            return redirect("admin:kb_goldenquestion_changelist")
    return file_page(model_admin, request, form, title=_("Import golden questions"), problems=problems, is_batch=False)


def file_page(model_admin: ModelAdmin, request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    """The upload of a file of questions, with what is wrong with it."""
    problems = context.pop("problems")
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "form": form,
        "problems": problems[:PROBLEMS_SHOWN],
        "problems_more": max(0, len(problems) - PROBLEMS_SHOWN),
        **context,
    }
    return TemplateResponse(request, "admin/kb/question_file.html", context)


def export_response() -> HttpResponse:
    rows = GoldenQuestion.objects.select_related("entry", "product").order_by("pk")
    return download("xlsx", questions_as_table(rows), f"golden-questions-{timezone.localdate()}")


def golden_from_entry(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Every phrasing of an entry must be answered by it from now on."""
    count = add_from_entry(entry, by=cast(User, request.user))
    text = ngettext(
        "%(count)s phrasing is a golden question now: no change may take its answer away unnoticed.",
        "%(count)s phrasings are golden questions now: no change may take their answer away unnoticed.",
        count,
    )
    messages.success(request, text % {"count": count} if count else _("All of its phrasings are golden already."))
    return redirect("admin:kb_entry_change", entry.pk)
