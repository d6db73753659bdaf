"""Addresses below /api/."""

from django.urls import include, path, re_path

from cs_platform.api.docs import ApiDocs, ApiSchemaDocument
from cs_platform.api.errors import not_found
from cs_platform.api.router import discover, router

discover()

urlpatterns = [
    path("v1/", include(router.urls)),
    path("schema/", ApiSchemaDocument.as_view(), name="api-schema"),
    path("docs/", ApiDocs.as_view(), name="api-docs"),
    re_path("", not_found),
]
