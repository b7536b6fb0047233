"""What the CMS's roles may do with specialists, reports about them and what describes them (accounts.roles)."""

from accounts.roles import Rights, every

TERMS = ["directory.profession", "directory.method", "directory.clientgroup", "directory.place"]
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
