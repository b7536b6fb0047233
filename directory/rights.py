"""What the CMS's roles may do with specialists, reports about them and what describes them (accounts.roles)."""

from accounts.roles import Rights, every
from directory.terms import TERM_KINDS

# Topics aren't the directory's own (accounts.rights).
TERMS = [kind.model._meta.label_lower for kind in TERM_KINDS if kind.model._meta.app_label == "directory"]
SPECIALISTS = ["directory.specialist"]
REPORTS = ["directory.profilereport"]

RIGHTS = Rights(
    editors=every(["add", "change", "view"], TERMS),
    translators=every(["change", "view"], TERMS),
    moderators=every(["change", "view"], [*SPECIALISTS, *REPORTS]),
    administrators=[
        *every(["add", "change", "delete", "view"], TERMS),
        *every(["add", "change", "view"], SPECIALISTS),
        *every(["change", "view"], REPORTS),
    ],
)
