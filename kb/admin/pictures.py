"""The pictures of one entry: look, add, take away."""

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from cs_platform.models import User
from kb.models import Entry, EntryPicture
from kb.services.pictures import PICTURES_MAX, add_picture, remove_picture


class PictureForm(forms.Form):
    """One picture."""

    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
        help_text=gettext_lazy("PNG, JPEG, WebP or GIF, at most 3 MB. Everything but the pixels is dropped."),
    )


def pictures_page(model_admin: ModelAdmin, request: HttpRequest, entry: Entry) -> HttpResponse:
    """Show the pictures; a POST adds or removes one; `?show=ID` is a picture itself."""
    if not model_admin.has_view_permission(request, entry):
        raise PermissionDenied
    if shown := request.GET.get("show", ""):
        return _picture(entry, shown)
    may_change = model_admin.has_change_permission(request, entry)
    form = PictureForm(request.POST or None, request.FILES or None) if "add" in request.POST else PictureForm()
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if _change(request, entry, form):
            return redirect(request.path)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Pictures of the answer"),
        "entry": entry,
        "pictures": entry.pictures.defer("body"),
        "form": form if may_change and entry.pictures.count() < PICTURES_MAX else None,
        "may_change": may_change,
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/kb/pictures.html", context)


def _change(request: HttpRequest, entry: Entry, form: PictureForm) -> bool:
    """Do what the page was sent for; False when it has to be shown again with its errors."""
    assert isinstance(request.user, User)
    number = request.POST.get("remove", "")
    try:
        if number.isdecimal() and len(number) < 19:
            remove_picture(entry, int(number), by=request.user)
            messages.success(request, _("The picture is gone."))
        elif form.is_valid():
            upload = form.cleaned_data["picture"]
            add_picture(entry, upload.read(), upload.name, by=request.user)
            messages.success(request, _("From now on it goes out with the answer."))
        else:
            return False
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return True


def _picture(entry: Entry, number: str) -> HttpResponse:
    found = entry.pictures.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if not isinstance(found, EntryPicture):
        raise Http404
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=600"}
    return HttpResponse(bytes(found.body), content_type=found.content_type, headers=headers)
