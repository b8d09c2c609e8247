from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from conference.examination import examine


class Command(BaseCommand):
    help = "Uses every part of the deployment once and says whether it works, else what to do. Ends with 1 if one does not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mail", metavar="ADDRESS", default="", help="Also send a mail to this address.")

    def handle(self, *, mail: str, **options: Any) -> None:
        ill = False
        for finding in examine(mail):
            ill |= bool(finding.advice)
            mark = self.style.ERROR("FAIL") if finding.advice else self.style.SUCCESS(" ok ")
            self.stdout.write(
                f"{mark} {finding.part}: {'. '.join(filter(None, (finding.result.removesuffix('.'), finding.advice)))}"
            )
        if ill:
            sys.exit(1)
