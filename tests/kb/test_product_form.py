"""Products in the back office: what is no price is refused beside its field."""

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.models import Product

pytestmark = pytest.mark.django_db


def test_a_price_below_nothing_is_refused(client: Client, manager: User) -> None:
    client.force_login(manager)
    values = {"sku": "lamp", "name": "台灯", "price": "-1", "is_active": "on"}
    page = client.post(reverse("admin:kb_product_add"), values)
    assert list(page.context["adminform"].form.errors) == ["price"] and not Product.objects.exists()
