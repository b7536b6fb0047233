"""What the CMS's roles may do with the people who write and review (accounts.roles)."""

from accounts.roles import Rights, every

PEOPLE = ["articles.person"]

RIGHTS = Rights(
    editors=every(["add", "change", "view"], PEOPLE),
    administrators=every(["add", "change", "delete", "view"], PEOPLE),
)
