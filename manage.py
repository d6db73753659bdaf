#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys

from django.core.management import execute_from_command_line

from cs_platform import supervisor


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cs_platform.settings")
    if sys.argv[1:2] == ["up"]:  # the supervisor needs the settings only: no second spent on loading the apps
        sys.exit(supervisor.main(sys.argv[2:]))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
