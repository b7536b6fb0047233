"""`manage.py try_danger`: does a sentence show help first, and which phrase was it? Reads files too, and measures."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.danger import find, kind_of, team_rows


class Command(BaseCommand):
    help = (
        "Try sentences on the danger list. Files hold one sentence a line. In a .tsv file each line begins with what "
        "is expected (life, overdose, violence or none) and the language, with tabs between; precision and recall "
        "are printed."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "sentences", nargs="*", help="sentences to try; - reads lines from the standard input"
        )
        parser.add_argument("--file", action="append", type=Path, default=[], help="a file of sentences")
        parser.add_argument(
            "--built-in", action="store_true", help="without what the team has added (no database)"
        )

    def handle(self, *, sentences: list[str], file: list[Path], built_in: bool, **_options: Any) -> None:
        if not sentences and not file:
            raise CommandError("Give a sentence, - or --file.")
        team = () if built_in else team_rows()
        for sentence in sentences:
            for line in sys.stdin if sentence == "-" else [sentence]:
                self.tell(line.rstrip("\n"), team)
        for path in file:
            try:
                lines = path.read_text("utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"{path} can't be read: {error}") from error
            if path.suffix == ".tsv":
                self.measure(path, lines, team)
            else:
                for line in filter(None, lines):
                    self.tell(line, team)

    def tell(self, sentence: str, team: Any) -> None:
        found = find(sentence, team)
        self.stdout.write(f"{kind_of(found) or 'nothing'}: {sentence}")
        for hit in found:
            whose = "team" if hit.phrase.is_ours else hit.phrase.language
            self.stdout.write(f"    {hit.phrase.kind} [{whose}] “{hit.words}”: {hit.phrase.text[:160]}")

    def measure(self, path: Path, lines: list[str], team: Any) -> None:
        """Print what was missed and what fired by mistake, and precision and recall."""
        rows = [line.split("\t", 2) for line in lines if line.strip() and not line.startswith("#")]
        if wrong := next((row for row in rows if len(row) != 3), None):
            raise CommandError(f"{path}: expected, language and sentence with tabs between, not {wrong}")
        hit = missed = mistaken = 0
        for expected, language, sentence in rows:
            hits = find(sentence, team)
            if expected != "none" and hits:
                hit += 1
            elif expected != "none":
                missed += 1
                self.stdout.write(f"missed [{language}]: {sentence}")
            elif hits:
                mistaken += 1
                self.stdout.write(
                    f"fired by mistake [{language}]: {sentence} ({hits[0].words}; {hits[0].phrase.text[:60]})"
                )
        precision = hit / (hit + mistaken) if hit + mistaken else 1.0
        recall = hit / (hit + missed) if hit + missed else 1.0
        self.stdout.write(
            f"{path.name}: {len(rows)} sentences, {hit + missed} of danger; "
            f"recall {recall:.1%}, precision {precision:.1%}"
        )
