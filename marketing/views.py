"""The picture of a name card, for any site that shows the chat."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from marketing.models import Card

CACHED_SECONDS = 86400


@require_safe
def card_qr(request: HttpRequest, pk: int) -> HttpResponse:
    """A QR code; drawn by us when it was uploaded, so it holds nothing but the picture."""
    png = Card.objects.filter(pk=pk, is_active=True).values_list("qr_png", flat=True).first()
    if not png:
        raise Http404
    response = HttpResponse(bytes(png), content_type="image/png")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=CACHED_SECONDS)
    return response
