"""Which release this is."""

import re
from pathlib import Path

from django.conf import settings

LENGTH = 12  # of a commit's number: enough to find it


def read_release(folder: Path) -> str:
    """The release in `folder`: what its file RELEASE says, else its git commit, else `unknown`. Starts no process."""
    try:
        if said := (folder / "RELEASE").read_text().strip():
            return said[:40]
    except (OSError, UnicodeDecodeError):
        pass
    try:
        return _commit(folder)[:LENGTH]
    except (OSError, UnicodeDecodeError):
        return "unknown"


def _commit(folder: Path) -> str:
    """The commit that is checked out. Raises OSError if this is no checkout."""
    git = folder / ".git"
    if git.is_file():  # of a worktree: it says where
        git = folder / git.read_text().removeprefix("gitdir:").strip()
    shared = git / (git / "commondir").read_text().strip() if (git / "commondir").exists() else git
    head = (git / "HEAD").read_text().strip()
    if not head.startswith("ref: "):
        return head
    branch = head.removeprefix("ref: ")
    for place in (git, shared):
        if (place / branch).exists():
            return (place / branch).read_text().strip()
    packed = re.search(
        rf"^([0-9a-f]+) {re.escape(branch)}$", (shared / "packed-refs").read_text(), re.MULTILINE
    )
    if packed is None:
        raise FileNotFoundError(branch)
    return packed[1]


RELEASE = read_release(Path(settings.BASE_DIR))  # of this process, whatever is checked out later
