"""PO files from translators: what is taken, what isn't, and why. Reading knows no database; taking does.

wagtail-localize's own import takes fuzzy and faulty entries as finished, drops unknown ones in silence, and fails on
files that aren't PO files of this site.
"""

import re
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polib
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.strings import StringValue, validate_translation_links

from core.users import User
from translation.checks import UNPRINTABLE, faults, plain
from translation.state import limits_of
from translation.strings import changed_since, name_of

HEADER = "X-WagtailLocalize-TranslationID"
TOOL = "PO File"
MOST_BYTES = 2 * 1024 * 1024
CHARSET = re.compile(rb"charset=([\w.-]+)", re.IGNORECASE)


class UnusableFileError(Exception):
    """Nothing of the file can be taken; its message is a sentence for the translator."""


@dataclass
class Outcome:
    """What an upload did. `refused` holds a line for each string that wasn't taken."""

    taken: int = 0
    replaced: list[str] = field(default_factory=list)
    unchanged: int = 0
    empty: int = 0
    refused: list[str] = field(default_factory=list)


def read(upload: UploadedFile | None) -> polib.POFile:
    """The entries of an uploaded file. Raises UnusableFileError."""
    if upload is None:
        raise UnusableFileError(_("Choose a PO file first. Nothing was changed."))
    if upload.size and upload.size > MOST_BYTES:
        raise UnusableFileError(
            _("This file is too large: at most %(most)s MB. Nothing was changed.")
            % {"most": MOST_BYTES // 1024 // 1024}
        )
    content = upload.read()
    if not content.strip():
        raise UnusableFileError(_("This file is empty. Nothing was changed."))
    charset = declared[1].decode("ascii") if (declared := CHARSET.search(content[:4096])) else "utf-8"
    try:
        text = content.decode("utf-8-sig" if charset.lower() in {"utf-8", "utf8", "charset"} else charset)
    except (UnicodeDecodeError, LookupError) as error:
        raise UnusableFileError(
            _("This file can't be read as text in %(charset)s. Save it as UTF-8. Nothing was changed.")
            % {"charset": charset}
        ) from error
    if "\x00" in text:
        raise UnusableFileError(_("This is not a PO file. Nothing was changed."))
    # polib takes a text without line breaks for the name of a file, so it gets a file.
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "upload.po"
        copy.write_text(text.replace("\r\n", "\n").replace("\r", "\n"), encoding="utf-8")
        try:
            return polib.pofile(str(copy), encoding="utf-8")
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:  # as polib fails
            line = re.search(r"line (\d+)", str(error))
            if line:
                raise UnusableFileError(
                    _("This is not a valid PO file: line %(line)s can't be read. Nothing was changed.")
                    % {"line": line[1]}
                ) from error
            raise UnusableFileError(_("This is not a PO file. Nothing was changed.")) from error


def take(po: polib.POFile, translation: Translation, *, user: User) -> Outcome:
    """Save what may be saved of `po` as strings of `translation`. Raises UnusableFileError for another's file."""
    check_owner(po, translation)
    exported_at = created_at(po)
    outcome = Outcome()
    with transaction.atomic():
        Translation.objects.select_for_update(of=("self",)).get(pk=translation.pk)
        segments = {
            (segment.context.path, segment.string.data): segment
            for segment in StringSegment.objects.filter(source_id=translation.source_id).select_related(
                "string", "context"
            )
        }
        rows = {
            (row.translation_of_id, row.context_id): row
            for row in StringTranslation.objects.filter(
                locale_id=translation.target_locale_id, context__object_id=translation.source.object_id
            ).select_related("last_translated_by")
        }
        versions = Counter(
            (entry.msgctxt, entry.msgid)
            for entry in {(entry.msgctxt, entry.msgid, entry.msgstr): entry for entry in po}.values()
        )
        done = set()
        for entry in po:
            place = (entry.msgctxt, entry.msgid)
            if place in done:
                continue
            done.add(place)
            segment = segments.get(place)
            row = rows.get((segment.string_id, segment.context_id)) if segment else None
            sentence = objection(entry, segment, translation, ambiguous=versions[place] > 1)
            if not sentence and not entry.msgstr:
                outcome.empty += 1
            elif not sentence and row and row.data == entry.msgstr and not row.has_error:
                outcome.unchanged += 1
            elif not sentence and row and row.data != entry.msgstr and newer(row, user, exported_at):
                is_own = row.last_translated_by_id == user.pk
                sentence = (
                    _("You changed it here after the download. Here: “%(theirs)s”. In the file: “%(yours)s”")
                    if is_own
                    else _("%(name)s changed it meanwhile. Theirs: “%(theirs)s”. Yours: “%(yours)s”")
                ) % {
                    "name": name_of(row.last_translated_by),
                    "theirs": plain(row.data),
                    "yours": plain(entry.msgstr),
                }
            elif not sentence and segment:
                save(entry.msgstr, segment, translation, user)
                outcome.taken += 1
                if row and row.data != entry.msgstr:
                    outcome.replaced.append(f"“{shortened(row.data)}” → “{shortened(entry.msgstr)}”")
            if sentence:
                outcome.refused.append(f"“{shortened(entry.msgid)}”: {sentence}")
    return outcome


def newer(row: StringTranslation, user: User, exported_at: datetime | None) -> bool:
    """Whether `row` was written after the download; one's own upload of the same file may be corrected by another."""
    own_upload = row.last_translated_by_id == user.pk and row.tool_name == TOOL
    return not own_upload and changed_since(row, user, exported_at)


def check_owner(po: polib.POFile, translation: Translation) -> None:
    owner = po.metadata.get(HEADER, "").strip()
    if not owner:
        raise UnusableFileError(
            _(
                "This file doesn't say which translation it belongs to. Download the PO file on this page, and "
                "put your texts into that one. Nothing was changed."
            )
        )
    if owner != str(translation.uuid):
        raise UnusableFileError(
            _("This file belongs to another page or another language, not to this one. Nothing was changed.")
        )


def created_at(po: polib.POFile) -> datetime | None:
    """When the file was downloaded here; None if it doesn't say so."""
    try:
        moment = datetime.fromisoformat(po.metadata.get("POT-Creation-Date", "").strip())
    except ValueError:
        return None
    if timezone.is_naive(moment):
        return timezone.make_aware(moment)
    return min(moment, timezone.now())


def objection(
    entry: polib.POEntry, segment: StringSegment | None, translation: Translation, *, ambiguous: bool
) -> str:
    """Why `entry` can't be taken; empty if it can."""
    if entry.obsolete:
        return _("It is marked as obsolete.") if segment else ""
    if segment is None:
        return _("This text is not on this page, or no longer.")
    if entry.msgid_plural:
        return _("It has plural forms, and there are none here.")
    if entry.fuzzy:
        return _("It is marked as fuzzy, so it isn't finished.")
    if ambiguous:
        return _("It is in the file twice with different translations.")
    if not entry.msgstr:
        return ""
    if UNPRINTABLE.search(entry.msgstr):
        return _("It holds control characters.")
    try:
        StringValue.from_translated_html(entry.msgstr)
        validate_translation_links(segment.string.data, entry.msgstr)
    except ValueError as error:
        return str(error)
    model = translation.source.specific_content_type.model_class()
    return " ".join(
        faults(segment.string.data, entry.msgstr, **limits_of(model, segment.context.field_path or ""))
    )


def save(data: str, segment: StringSegment, translation: Translation, user: User) -> None:
    StringTranslation.objects.update_or_create(
        translation_of_id=segment.string_id,
        locale_id=translation.target_locale_id,
        context_id=segment.context_id,
        defaults={
            "data": data,
            "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
            "tool_name": TOOL,
            "last_translated_by": user,
            "has_error": False,
            "field_error": "",
        },
    )


def shortened(text: str) -> str:
    text = UNPRINTABLE.sub("", plain(text))
    return text if len(text) <= 80 else f"{text[:79]}…"


def sentences(outcome: Outcome) -> list[str]:
    """What an upload did, for the translator; the first says how many strings were taken."""
    said = [
        ngettext(
            "%(count)s string was taken from the file.",
            "%(count)s strings were taken from the file.",
            outcome.taken,
        )
        % {"count": outcome.taken}
    ]
    if outcome.unchanged:
        said[0] += " " + ngettext(
            "%(count)s was the same already.", "%(count)s were the same already.", outcome.unchanged
        ) % {"count": outcome.unchanged}
    if outcome.empty:
        said[0] += " " + ngettext(
            "%(count)s has no translation in the file and stays as it is here.",
            "%(count)s have no translation in the file and stay as they are here.",
            outcome.empty,
        ) % {"count": outcome.empty}
    if outcome.replaced:
        said.append(_("Replaced: %(texts)s") % {"texts": some_of(outcome.replaced)})
    if outcome.refused:
        said.append(
            ngettext(
                "%(count)s string was not taken: %(texts)s",
                "%(count)s strings were not taken: %(texts)s",
                len(outcome.refused),
            )
            % {"count": len(outcome.refused), "texts": some_of(outcome.refused)}
        )
    return said


def some_of(lines: list[str], most: int = 20) -> str:
    more = len(lines) - most
    shown = " · ".join(lines[:most])
    if more <= 0:
        return shown
    return f"{shown} · " + ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
