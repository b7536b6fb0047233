"""What visitors report about profiles, from being told to being erased."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.users import User
from directory import emails
from directory.errors import NothingSaid
from directory.models import ProfileReport, Specialist
from directory.services.steps import note
from moderation import reports
from moderation.emails import tell_moderators


@transaction.atomic
def report_profile(*, specialist: Specialist, kind: str, text: str, email: str = "") -> ProfileReport:
    """Write down what a visitor says about a profile, and tell the moderators.

    What may mean that somebody is in danger is mailed by itself; a wrong fact waits for the daily mail.
    """
    report = ProfileReport.objects.create(specialist=specialist, kind=kind, text=text, email=email)
    if kind in ProfileReport.URGENT:
        emails.urgent_report(report)
    else:
        tell_moderators()
    return report


@transaction.atomic
def close_report(*, report: ProfileReport, by: User, decision: str) -> ProfileReport:
    """Say what came of a report. Raises NothingSaid, and moderation.errors.Stale if it is closed already."""
    if not decision.strip():
        raise NothingSaid
    reports.close(report=report, by=by, decision=decision)
    note(report.specialist, "directory.close_report", by, report=report.pk)
    return report


def erase_old_reports(*, now: datetime | None = None) -> int:
    """Erase reports that were closed more than PROFILE_REPORTS_KEPT ago. Returns how many."""
    return reports.erase_closed(ProfileReport, before=(now or timezone.now()) - settings.PROFILE_REPORTS_KEPT)
