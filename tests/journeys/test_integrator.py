"""An integrator connects the shop's systems: key, API, webhook."""

from standardwebhooks.webhooks import Webhook

from tests.journeys.conftest import OpenPage
from tests.journeys.integrator import Integrator, call, wait_for
from tests.journeys.shared_shop import Shop
from tests.web_double import WebDouble


def test_an_integrator_connects_the_shops_systems(open_page: OpenPage, shop: Shop, erp: WebDouble) -> None:
    integrator = Integrator(open_page(), shop.address)
    integrator.log_in(shop.password)
    key = integrator.make_key("ERP", ["customers:read", "customers:write"])
    secret = integrator.make_endpoint(f"{erp.url}/hook", ["customer.updated"])
    customer = {"external_id": "erp-1", "name": "林小满", "phone": "13812345678"}
    status, created = call(integrator.address, key, "POST", "/api/v1/customers/", customer)
    assert (status, created["phone"]) == (201, "138****5678")
    asked = wait_for(erp, "customer.updated")
    told = Webhook(secret).verify(asked.body, asked.headers)
    assert told["data"]["customer_id"] == created["id"]
    integrator.sees_delivered("customer.updated")
    integrator.revoke("ERP")
    assert call(integrator.address, key, "GET", "/api/v1/customers/")[0] == 401
