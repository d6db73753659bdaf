"""One running platform for every journey of a run, whichever of pytest's processes walks it.

Whoever needs it first starts it, under a lock, and writes down where it is; the process that began the run ends it
when all tests are done. A start costs more than all journeys together.
"""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reports.stand.stand import STOP_SECONDS, Stand, free_port
from tests.migrated import give_database
from tests.plugins.services import INHERITED

PREPARE = """
from django.core.management import call_command
from conversations.demo import create_demo_channel, create_demo_replies, create_demo_users
from marketing.demo import create_demo_marketing
from kb.defaults import SAMPLE_PRODUCTS
from kb.models import Product
Product.objects.bulk_create(Product(**product._asdict(), is_sample=True) for product in SAMPLE_PRODUCTS)
create_demo_channel(), create_demo_users({password!r}), create_demo_replies(), create_demo_marketing()
call_command("import_kb", {file!r}, publish=True)
"""


@dataclass(frozen=True)
class Shop:
    """Where it is, and `erp`: the place at which it may reach the merchant's own system."""

    folder: str
    port: int
    password: str
    erp: str
    pid: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def stand(self) -> Stand:
        return Stand(Path(self.folder), self.port, web=1, workers=1)


def shared_shop(knowledge: str) -> Shop:
    """The shop of this run; started now, with this knowledge (jsonl), when nobody needed it before."""
    with _locked("start", fcntl.LOCK_EX):
        if not _note().exists():
            _note().write_text(json.dumps(_start(knowledge)))
        return Shop(**json.loads(_note().read_text()))


def end_shared_shop() -> int:
    """End it in good order, if it was started; returns how many of its processes lived on."""
    if not _note().exists():
        return 0
    shop = Shop(**json.loads(_note().read_text()))
    os.kill(shop.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while shop.stand.processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    _note().unlink()
    return shop.stand.stop()


@contextmanager
def staffed() -> Iterator[None]:
    """While agents are at their desks; several journeys at once."""
    with _locked("people", fcntl.LOCK_SH):
        yield


@contextmanager
def deserted() -> Iterator[None]:
    """While no journey of another process has an agent at a desk."""
    with _locked("people", fcntl.LOCK_EX):
        yield


def _start(knowledge: str) -> dict[str, object]:
    folder = _folder() / "shop"
    folder.mkdir()
    give_database(folder)
    erp = f"127.0.0.1:{free_port()}"
    variables = {"OUTBOUND_ALLOWED": erp, "LEAVING_PAUSE_SECONDS": "2"}
    stand = Stand(folder, free_port(), web=1, workers=1, has_demo=False, variables=variables)
    stand.start()
    try:
        stand.wait_until_ready()
        file = folder / "knowledge.jsonl"
        file.write_text(knowledge)
        stand.manage("shell", "-c", PREPARE.format(password=stand.password, file=str(file)))
    except BaseException:
        stand.stop()
        raise
    pid = stand.process_id
    return {"folder": str(folder), "port": stand.port, "password": stand.password, "erp": erp, "pid": pid}


def _folder() -> Path:
    folder = Path(os.environ[INHERITED]) / "journeys"
    folder.mkdir(exist_ok=True)
    return folder


def _note() -> Path:
    return _folder() / "shop.json"


@contextmanager
def _locked(name: str, kind: int) -> Iterator[None]:
    with (_folder() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, kind)
        yield
