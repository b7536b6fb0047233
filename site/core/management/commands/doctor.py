"""`manage.py doctor`: whether the site is well."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from core import doctor


class Command(BaseCommand):
    help = (
        "Looks whether the site is well: database, mail server, worker, files, keys, backups. One line for each, with "
        "what to do where something is wrong; then it ends with 1. Nothing is changed or sent."
    )
    requires_system_checks: list[str] = []  # one that fails would hide all that is found here

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="for machines: a list of check, ok and sentence"
        )

    def handle(self, *, json: bool, **options: Any) -> None:
        doctor.discover()
        findings = []
        for finding in doctor.examine():
            findings.append(finding)
            if not json:
                self.stdout.write(f"{'ok' if finding.is_ok else 'PROBLEM':<8} {finding.name}: {finding.says}")
                self.stdout.flush()
        if json:
            self.stdout.write(as_json(findings))
        if not all(finding.is_ok for finding in findings):
            sys.exit(1)


def as_json(findings: list[doctor.Finding]) -> str:
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2)
