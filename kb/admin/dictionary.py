"""The shop's own dictionary in the back office: synonym groups, special terms, and the shipped groups to read."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from cs_platform.admin.files import WithFiles
from cs_platform.models import User
from kb.admin.gate_page import GatedAdmin, OwnTransactions, through_gate
from kb.admin.shipped_words import shipped_page
from kb.dictionary import current_dictionary, problem_of_group, problem_of_term, unique_words, word_key
from kb.dictionary_files import SynonymGroupResource, TermResource
from kb.models import SynonymGroup, Term
from kb.services.dictionary import delete_from_dictionary, save_group, save_term, without_group, without_term


class SynonymGroupForm(forms.ModelForm):
    """A group whose words must be in no other place of the dictionary."""

    class Meta:
        model = SynonymGroup
        fields = ("words", "note")
        widgets = {"words": UnfoldAdminTextareaWidget(attrs={"rows": 8})}

    def clean_words(self) -> str:
        words = unique_words(self.cleaned_data["words"].splitlines())
        if problem := problem_of_group(words, without_group(current_dictionary(), self.instance.pk)):
            raise ValidationError(problem)
        return "\n".join(words)


class TermForm(forms.ModelForm):
    """A term that must be in no other place of the dictionary."""

    class Meta:
        model = Term
        fields = ("kind", "word", "right_word", "note")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        word, right = word_key(cleaned.get("word", "")), word_key(cleaned.get("right_word", ""))
        others = without_term(current_dictionary(), self.instance.pk)
        field, problem = problem_of_term(cleaned.get("kind", ""), word, right, others)
        if problem and field not in self.errors:
            self.add_error(field, problem)
        return cleaned


class DictionaryAdmin(GatedAdmin, WithFiles, ModelAdmin, OwnTransactions):
    """Every write goes through the service: it counts from the next question on."""

    list_per_page = 50
    warn_unsaved_form = True
    actions_list: tuple[str, ...] = ("shipped",)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_from_dictionary([obj], by=_who(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        delete_from_dictionary(queryset, by=_who(request))


@admin.register(SynonymGroup)
class SynonymGroupAdmin(DictionaryAdmin):
    form = SynonymGroupForm
    resource_classes = (SynonymGroupResource,)
    list_display = ("show_words", "note", "updated_at")
    search_fields = ("words", "note")
    search_help_text = _("A word")
    fields = ("words", "note")

    def save_model(self, request: HttpRequest, obj: SynonymGroup, form: Any, change: bool) -> None:
        save_group(obj, by=_who(request))

    @display(description=_("synonyms"), ordering="words")
    def show_words(self, group: SynonymGroup) -> str:
        return str(group)

    @action(description=_("Shipped synonyms"), url_path="shipped", icon="inventory", permissions=["view"])
    @through_gate
    def shipped(self, request: HttpRequest) -> HttpResponse:
        return shipped_page(self, request)


@admin.register(Term)
class TermAdmin(DictionaryAdmin):
    form = TermForm
    resource_classes = (TermResource,)
    list_display = ("word", "show_kind", "right_word", "note", "updated_at")
    list_filter = ("kind",)
    list_filter_submit = True
    search_fields = ("word", "right_word", "note")
    search_help_text = _("A word")
    fields = ("kind", ("word", "right_word"), "note")
    actions_list = ()

    def save_model(self, request: HttpRequest, obj: Term, form: Any, change: bool) -> None:
        save_term(obj, by=_who(request))

    @display(
        description=_("kind"),
        ordering="kind",
        label={Term.Kind.PROTECTED: "info", Term.Kind.STOP: "default", Term.Kind.MISSPELLING: "warning"},
    )
    def show_kind(self, term: Term) -> tuple[str, str]:
        return term.kind, str(term.get_kind_display())


def _who(request: HttpRequest) -> User:
    return cast(User, request.user)  # the back office lets nobody else in
