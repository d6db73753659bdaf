"""The picture of a decision tree, as a drawing and in words."""

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from kb.flow_checks import check_tree
from kb.flow_picture import draw
from kb.models import Flow
from kb.services.flows import tree_of


def picture_page(model_admin: ModelAdmin, request: HttpRequest, flow: Flow) -> HttpResponse:
    """The draft as it is now; each box leads to its step in the editor, what is to be mended is marked."""
    if not model_admin.has_view_permission(request, flow):
        raise PermissionDenied
    tree = tree_of(flow)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": flow.name,
        "flow": flow,
        "page": "picture",
        "picture": draw(tree, wrong=frozenset(problem.step for problem in check_tree(tree))),
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/kb/flow_picture.html", context)
