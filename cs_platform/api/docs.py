"""The schema as a document, and as a page to read and try. Both say nothing about the shop, so anybody may."""

from typing import Any, ClassVar

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response


class ApiSchemaDocument(SpectacularAPIView):
    """OpenAPI 3, as YAML or JSON. Making it takes a while and anybody may ask, so it is made once per language."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    _made: ClassVar[dict[str, Any]] = {}

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        language = get_language() or ""
        if language not in self._made:
            self._made[language] = super().get(request, *args, **kwargs).data
        return Response(self._made[language], headers={"Content-Disposition": 'inline; filename="openapi.yaml"'})


class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger UI from our own server, its start-up script apart from the page because of the CSP."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    url_name = "api-schema"
    template_name = "cs_platform/api_docs.html"
