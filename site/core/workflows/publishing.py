"""The last door before a version of a page becomes public, for workflows, schedules and scripts too."""

from wagtail import hooks
from wagtail.models import Page, Revision

from core.users import User

# Functions of (page, revision, user), registered as Wagtail's hooks are. False: it stays as it is, without a word;
# an exception says why it can't be published.
GUARD_PUBLISHING = "attune_guard_publishing"


def may_publish(page: Page, revision: Revision, user: User | None = None) -> bool:
    """Whether all who guard publishing let this `revision` of `page` pass. Raises what they raise."""
    return all(guard(page, revision, user) for guard in hooks.get_hooks(GUARD_PUBLISHING))
