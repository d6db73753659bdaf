"""Somebody of the shop with a browser: logged in by the form that people use, pages read and forms sent."""

import http.cookiejar
import re
import urllib.parse
import urllib.request
from collections.abc import Mapping

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SECONDS = 60.0


class Browser:
    """One session; `root` is HOST:PORT."""

    def __init__(self, root: str) -> None:
        self._root, self._jar = root, http.cookiejar.CookieJar()
        without_proxy = urllib.request.ProxyHandler({})
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar), without_proxy)

    def log_in(self, username: str, password: str) -> None:
        self.submit("/login/", {"username": username, "password": password})

    def get(self, path: str) -> bytes:
        content: bytes = self._opener.open(f"http://{self._root}{path}", timeout=SECONDS).read()
        return content

    def submit(self, path: str, form: Mapping[str, str]) -> str:
        """Open the page, fill in its form and send it; the path at which that ends."""
        address = f"http://{self._root}{path}"
        token = _TOKEN.search(self.get(path).decode())
        values = {**form, "csrfmiddlewaretoken": token.group(1) if token else ""}
        request = urllib.request.Request(address, urllib.parse.urlencode(values).encode(), {"Referer": address})
        with self._opener.open(request, timeout=SECONDS) as page:
            page.read()
            return str(urllib.parse.urlsplit(page.url).path)

    @property
    def cookie(self) -> str:
        """The header that makes a socket this session's."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar)
