"""Clients of the REST API with a key that has exactly some scopes."""

from typing import Any

from django.test import Client

from cs_platform.api.keys import create_key
from cs_platform.models import ApiKey, User


class ApiClient(Client):
    """Django's client with a key; bodies are JSON."""

    def __init__(self, text: str, key: ApiKey | None = None) -> None:
        super().__init__(headers={"authorization": f"Bearer {text}"})
        self.key = key

    def post(self, path: str, data: Any = None, content_type: str = "application/json", **extra: Any) -> Any:
        return super().post(path, {} if data is None else data, content_type, **extra)


def api_client(owner: User, *scopes: str) -> ApiClient:
    key, text = create_key(name="test", scopes=scopes, owner=owner)
    return ApiClient(text, key)
