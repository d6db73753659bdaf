"""First run: roles, topics and, for a demonstration, a shop with sample knowledge and log-ins. Safe to repeat."""

import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from conversations.demo import create_demo_channel, create_demo_users
from conversations.events import DemoWanted
from cs_platform.events import emit
from cs_platform.jobs import sync_schedules
from cs_platform.models import User
from cs_platform.roles import sync_roles
from kb.defaults import create_categories, install_flows, install_samples
from routing.defaults import install_defaults


class Command(BaseCommand):
    help = "Prepares an empty database: roles, categories and, unless --no-demo, the demo shop with its log-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="roles and categories only")

    def handle(self, *args: Any, **options: Any) -> None:
        sync_roles()
        sync_schedules()
        if made := create_categories():
            self.stdout.write(_("%(count)s categories created.") % {"count": made})
        if made := install_defaults():
            self.stdout.write(_("%(count)s intents and routing rules created.") % {"count": made})
        if options["no_demo"]:
            install_flows(as_samples=False)
            self._say_how_to_begin()
        else:
            self._prepare_demo()

    def _prepare_demo(self) -> None:
        create_demo_channel()
        if made := install_samples():
            self.stdout.write(_("%(count)s sample knowledge entries created.") % {"count": made})
        if made := install_flows(as_samples=True):
            self.stdout.write(_("%(count)s decision trees created.") % {"count": made})
        emit(DemoWanted())
        password = settings.DEMO_PASSWORD or secrets.token_urlsafe(9)
        if users := create_demo_users(password):
            self.stdout.write(_("Demo log-ins: %(names)s") % {"names": ", ".join(user.username for user in users)})
            self.stdout.write(_("Password of all of them (shown this once): %(password)s") % {"password": password})

    def _say_how_to_begin(self) -> None:
        if not User.objects.filter(is_superuser=True).exists():
            self.stdout.write(_("Nobody can log in yet. Create the first account: manage.py createsuperuser"))
