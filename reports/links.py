"""Addresses: of the list of episodes behind a figure, and of the pages of reports."""

from django.urls import reverse

from reports.scope import Scope


def episodes_url(scope: Scope, **more: object) -> str:
    """The list of exactly these episodes; `figure` narrows it to those that the figure counts."""
    return f"{reverse('admin:reports_episode_changelist')}?{scope.query(**more)}"


def page_url(name: str, scope: Scope, **more: object) -> str:
    return f"{reverse(f'reports:{name}')}?{scope.query(**more)}"
