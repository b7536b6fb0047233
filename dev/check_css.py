"""Checks the style sheets: `python dev/check_css.py` says what is wrong and where, and ends with 1 if anything is.

- They can be parsed, and no block sets the same property twice to the same effect.
- Every custom property that is used is defined, and the reverse.
- Each block of class names (`card`, with `card__title` and `card--wide`) has one file. Another file may say how a block
  stands inside one of its own (`.profile .card`), but not what it looks like everywhere.
- Every class has somebody who writes it: a template, a script or a Python module.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import tinycss2

ROOT = Path(__file__).resolve().parents[1]
STYLES = ROOT / "site" / "static" / "css"
WRITERS = ("*.html", "*.py", "*.js", "*.svg")
# Not made of our blocks: the CMS's screens stand beside Wagtail's own classes, and print names what it hides.
WITHOUT_BLOCKS = {"cms.css", "print.css"}
# The elements' ground, which every component builds on.
GROUND_LAYERS = {"reset", "base"}
FOREIGN = ("htmx-",)  # classes that a library writes
CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")


@dataclass(frozen=True)
class Rule:
    file: str
    line: int
    layer: str
    selectors: tuple[str, ...]
    declarations: tuple[tuple[str, str, int], ...]  # property, value, line


@dataclass(frozen=True, order=True)
class Fault:
    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


def block_of(name: str) -> str:
    """The block that a class belongs to: `card` for `card__title` and `card--wide`."""
    return re.split(r"__|--", name, maxsplit=1)[0]


def split_selectors(prelude: list) -> tuple[str, ...]:
    """The selectors of a list, split at the commas outside of brackets."""
    parts: list[list] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(" ".join(tinycss2.serialize(part).split()) for part in parts)


def read(name: str, text: str) -> tuple[list[Rule], list[Fault]]:
    """The rules of a style sheet, and what can't be parsed in it."""
    rules: list[Rule] = []
    faults: list[Fault] = []

    def declarations_of(content: list) -> Iterator[tuple[str, str, int]]:
        for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
            if item.type == "declaration":
                value = " ".join(tinycss2.serialize(item.value).split())
                yield item.name, value, item.source_line
            else:
                faults.append(
                    Fault(name, item.source_line, getattr(item, "message", f"unexpected {item.type}"))
                )

    def walk(nodes: list, layer: str) -> None:
        for node in nodes:
            if node.type == "error":
                faults.append(Fault(name, node.source_line, node.message))
            elif node.type == "qualified-rule":
                declarations = tuple(declarations_of(node.content))
                rules.append(Rule(name, node.source_line, layer, split_selectors(node.prelude), declarations))
            elif node.content is not None and node.lower_at_keyword in {
                "font-face",
                "page",
                "view-transition",
            }:
                declarations = tuple(declarations_of(node.content))
                rules.append(Rule(name, node.source_line, layer, (), declarations))
            elif node.content is not None:
                inner = (
                    tinycss2.serialize(node.prelude).strip() if node.lower_at_keyword == "layer" else layer
                )
                walk(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True), inner)

    walk(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), "")
    return rules, faults


def repeated_properties(rules: list[Rule]) -> Iterator[Fault]:
    """A property set twice in one block. A shorthand after it, or a fallback for older browsers, is another matter."""
    for rule in rules:
        seen: set[str] = set()
        for name, _value, line in rule.declarations:
            if name in seen:
                yield Fault(rule.file, line, f"{name} is set twice in one block")
            seen.add(name)


def custom_properties(rules: list[Rule], written: str, foreign: str = "--w-") -> Iterator[Fault]:
    """Custom properties without a definition or a use, be it in a drawing. Wagtail's begin with `--w-`."""
    defined: dict[str, Rule] = {}
    used: dict[str, tuple[Rule, int]] = {}
    drawn = set(VARIABLE.findall(written))
    for rule in rules:
        for name, value, line in rule.declarations:
            if name.startswith("--"):
                defined.setdefault(name, rule)
            for variable in VARIABLE.findall(value):
                used.setdefault(variable, (rule, line))
    for name, (rule, line) in used.items():
        if name not in defined and not name.startswith(foreign):
            yield Fault(rule.file, line, f"{name} is defined nowhere")
    for name, rule in defined.items():
        if name not in used and name not in drawn:
            yield Fault(rule.file, rule.line, f"{name} is never used")


def blocks_in(selector: str) -> set[str]:
    """The blocks that a selector is about; what it excludes with `:not()`, and states, are none of them."""
    about = re.sub(r":not\([^()]*(?:\([^()]*\)[^()]*)*\)", "", selector)
    return {block_of(name) for name in CLASS.findall(about) if not name.startswith(("is-", *FOREIGN))}


def homes(rules: list[Rule]) -> dict[str, set[str]]:
    """For each block the files that say what it looks like by itself."""
    files_by_block: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        if rule.layer in GROUND_LAYERS or rule.file in WITHOUT_BLOCKS:
            continue
        for selector in rule.selectors:
            blocks = blocks_in(selector)
            if len(blocks) == 1:
                files_by_block[blocks.pop()].add(rule.file)
    return files_by_block


def strayed_rules(rules: list[Rule]) -> Iterator[Fault]:
    """Rules about a block that stand in another file than the block."""
    files = homes(rules)
    for block, places in sorted(files.items()):
        if len(places) > 1:
            line = next(
                rule.line
                for rule in rules
                if rule.file == max(places) and any(blocks_in(one) == {block} for one in rule.selectors)
            )
            yield Fault(max(places), line, f".{block} is styled in {' and '.join(sorted(places))}")
    for rule in rules:
        if rule.layer in GROUND_LAYERS or rule.file in WITHOUT_BLOCKS:
            continue
        for selector in rule.selectors:
            blocks = blocks_in(selector)
            own_blocks = {block for block in blocks if block in files}
            if (
                len(blocks) > 1
                and own_blocks == blocks
                and not any(rule.file in files[block] for block in blocks)
            ):
                yield Fault(rule.file, rule.line, f"nothing in “{selector}” belongs to this file")


def unwritten_classes(rules: list[Rule], written: str) -> Iterator[Fault]:
    """Classes that nobody writes. A modifier may be put together: `alert--{{ kind }}`."""
    whole = set(re.findall(r"[\w-]+", written))
    composed = set(re.findall(r"([\w-]+--)(?=[{\"'$])", written))
    for rule in rules:
        for name in sorted({name for selector in rule.selectors for name in CLASS.findall(selector)}):
            stem = name[: name.find("--") + 2] if "--" in name else ""
            if name not in whole and stem not in composed and not name.startswith(FOREIGN):
                yield Fault(rule.file, rule.line, f".{name} is written by no template, script or module")


def everything_written() -> str:
    folders = [path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")]
    return "\n".join(
        path.read_text()
        for folder in folders
        if folder.name not in {"var", "tests", "docs"}
        for pattern in WRITERS
        for path in folder.rglob(pattern)
        if "vendor" not in path.parts and path != Path(__file__).resolve()
    )


def check(sheets: dict[str, str], written: str) -> list[Fault]:
    """All faults of these style sheets (their names and texts), which dress what is `written`."""
    rules: list[Rule] = []
    faults: list[Fault] = []
    for name, text in sorted(sheets.items()):
        more, wrong = read(name, text)
        rules += more
        faults += wrong
    faults += [
        *repeated_properties(rules),
        *custom_properties(rules, written),
        *strayed_rules(rules),
        *unwritten_classes([one for one in rules if one.file not in WITHOUT_BLOCKS], written),
    ]
    return sorted(set(faults))


def main() -> int:
    faults = check({path.name: path.read_text() for path in STYLES.glob("*.css")}, everything_written())
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
