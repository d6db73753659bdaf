"""The schema as a document, and as a page to read and try. Both say nothing about the shop, so anybody may."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny


class ApiSchemaDocument(SpectacularAPIView):
    """OpenAPI 3, as YAML or JSON."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger UI from our own server, its start-up script apart from the page because of the CSP."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    url_name = "api-schema"
    template_name = "cs_platform/api_docs.html"
