"""What the CMS's roles may do with blocked addresses (accounts.roles). Whoever blocks one can release it."""

from accounts.roles import Rights, every

BLOCKING = every(["add", "delete", "view"], ["moderation.blockedaddress"])

RIGHTS = Rights(moderators=BLOCKING, administrators=BLOCKING)
