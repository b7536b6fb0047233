"""Where a server keeps its data and its socket, and which system user owns them."""

import contextlib
import hashlib
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

if sys.platform != "win32":
    import pwd

from config.postgres.errors import PostgresError
from config.postgres.programs import User, call

SYSTEM_FOLDERS = (Path("/var/lib"), Path("/var/db"))  # survive a restart; the second is macOS's
LONGEST_SOCKET_FOLDER = (
    88  # bytes; a socket's whole path may have 103 on every system, its name takes 15 of them
)


def home_of(var: Path) -> Path:
    """Where the server of `var` lives, made on first use: outside `var` if its user cannot enter that."""
    var.mkdir(parents=True, exist_ok=True)
    folder = var / "postgres"
    if not os.path.lexists(folder):
        if os.geteuid() != 0:
            folder.mkdir(mode=0o700, exist_ok=True)
        elif can_enter(var.resolve(), nobody_user()):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        else:
            _link_outside(folder)
    home = folder.resolve()
    if folder.is_symlink() and not home.exists():
        raise PostgresError(f"The database of this checkout is gone: {home}. `make reset` starts a new one.")
    return home


def _link_outside(folder: Path) -> None:
    """Make a folder where system services keep their data, and `folder` a link to it."""
    parent = next((parent for parent in SYSTEM_FOLDERS if parent.is_dir()), None)
    if parent is None:
        raise PostgresError(
            "There is no /var/lib for the embedded PostgreSQL: set DATABASE_URL to a PostgreSQL."
        )
    outside = Path(tempfile.mkdtemp(prefix="attune-", dir=parent))
    outside.chmod(0o755)  # its folders of data and socket are 0700
    (outside / "made-for").write_text(f"{folder.parent.resolve()}\n")
    try:
        folder.symlink_to(outside)
    except FileExistsError:  # another command was quicker
        shutil.rmtree(outside)


def server_user(home: Path) -> User | None:
    """Who PostgreSQL runs as: ourselves (None) or, as root, whoever was here before, else `nobody`."""
    if os.geteuid() != 0:
        return None
    owner = (home / "data" if (home / "data").exists() else home).stat()
    return User(owner.st_uid, owner.st_gid) if owner.st_uid else nobody_user()


def nobody_user() -> User:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise PostgresError(
            "PostgreSQL does not run as root, and this system has no user `nobody` to run it as: "
            "work as another user, or set DATABASE_URL to a PostgreSQL."
        ) from None
    return User(entry.pw_uid, entry.pw_gid)


def can_enter(folder: Path, user: User) -> bool:
    """Whether `user` may enter `folder`. We ask the kernel: modes alone don't say (access lists, mounts)."""
    return call("/bin/sh", "-c", 'cd -- "$1"', "sh", folder, user=user).returncode == 0


def own_folder(folder: Path, user: User | None) -> None:
    """A folder of ours, of mode 0700, that belongs to the server's user."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(folder, user.uid, user.gid)


def socket_folder(home: Path, user: User | None) -> Path:
    """Where the socket goes: `run` in `home` if that is short and plain, else a private temporary folder."""
    run = home / "run"
    if _fits(run):
        return run
    name = f"attune-{user.uid if user else os.geteuid()}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"
    for parent in (Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")):  # noqa: S108 - checked below
        folder = parent / name
        if not _fits(folder) or not parent.is_dir() or (user is not None and not can_enter(parent, user)):
            continue
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            own_folder(folder, user)
        # Others can write to this parent and may have been here first.
        status = folder.lstat()
        expected = user.uid if user else os.geteuid()
        if (
            not folder.is_symlink()
            and folder.is_dir()
            and status.st_uid == expected
            and not status.st_mode & 0o077
        ):
            return folder
        raise PostgresError(
            f"{folder} should be this checkout's own folder of mode 0700, and is not: remove it."
        )
    raise PostgresError(
        f"The path {home} is too long for PostgreSQL's socket, and no temporary folder is shorter."
    )


def _fits(folder: Path) -> bool:
    return (
        len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER
        and re.fullmatch(r"[A-Za-z0-9_./-]+", str(folder)) is not None
    )
