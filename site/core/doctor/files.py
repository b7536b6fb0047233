"""Files and folders: who may write them, and who may read them."""

import grp
import os
import pwd
import stat
from pathlib import Path

from django.conf import settings

from core import backups
from core.doctor.registry import Problem, check

NGINX = "www-data"  # whom Debian's nginx runs as


@check("folders", needs_database=False)
def folders() -> str:
    """This user may write where the site puts files."""
    places = [Path(settings.VAR_DIR), Path(settings.MEDIA_ROOT)]
    if settings.PAGE_FILES:
        places.append(Path(settings.PAGE_FILES))
    for folder in places:
        there = next(place for place in (folder, *folder.parents) if place.exists())
        if not os.access(there, os.W_OK | os.X_OK):
            raise Problem(
                f"{there} can't be written by {user_name()}, whom this command runs as: run it as the site's user "
                f"(`attune doctor`), and let that user own the folder."
            )
    return f"{user_name()} may write where media are kept."


@check("files for nginx", needs_database=False)
def files_for_nginx() -> str:
    """nginx may read static files and pictures."""
    groups = groups_of(NGINX)
    if groups is None:
        return f"There is no user {NGINX} on this machine, so nobody was asked for."
    for folder in (Path(settings.STATIC_ROOT), Path(settings.MEDIA_ROOT) / "images"):
        if not folder.exists():
            continue  # nothing was collected or uploaded yet
        if closed := closed_place(folder, groups):
            raise Problem(
                f"nginx ({NGINX}) can't get through {closed} to {folder}: give the folder a group that {NGINX} is in, "
                "and let that group read and enter it. Restart nginx after adding its user to a group."
            )
    return f"{NGINX} may read static files and pictures."


@check("secrets", needs_database=False)
def secrets() -> str:
    """Only the site and root may read the file with the secrets."""
    files = [Path(settings.ENVIRONMENT_FILE), Path(settings.BASE_DIR) / ".env"]
    there = [file for file in files if is_file(file)]
    for file in there:
        info = file.stat()
        if info.st_mode & stat.S_IRWXO:
            raise Problem(f"Everybody may read {file}, which has the site's secrets: `chmod 0640 {file}`.")
        if info.st_mode & stat.S_IRGRP and info.st_gid in (groups_of(NGINX) or ()):
            raise Problem(
                f"nginx's user {NGINX} may read {file}, which has the site's secrets: take it out of the file's group "
                "(`gpasswd --delete`), and restart nginx."
            )
    if not there:
        return "The secrets stand in no file that this command knows of."
    return f"Only root and its group may read {', '.join(map(str, there))}."


@check("backups", needs_database=False)
def newest_backup() -> str:
    """There is a whole backup, and it is young."""
    folder = Path(settings.BACKUP_DIR)
    try:
        newest = backups.newest(folder)
    except PermissionError as error:
        raise Problem(f"{folder} can't be read by {user_name()}: let that user own it, mode 0700.") from error
    if newest is None:
        raise Problem(f"There is no backup in {folder}: `systemctl enable --now attune-backup.timer`.")
    hours = newest.age().total_seconds() / 3600
    if hours > backups.OLD.total_seconds() / 3600:
        raise Problem(
            f"The newest backup in {folder} is {hours:.0f} hours old: see `systemctl status attune-backup.timer` and "
            "`journalctl -u attune-backup`."
        )
    return f"The newest is {hours:.0f} hours old, {newest.size() / 1e6:.0f} MB, in {folder}."


def user_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def is_file(path: Path) -> bool:
    """Whether there is such a file. False where we may not look."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def groups_of(name: str) -> set[int] | None:
    """The numbers of all groups of a user; None if there is no such user here."""
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        return None
    return {user.pw_gid, *(group.gr_gid for group in grp.getgrall() if name in group.gr_mem)}


def closed_place(folder: Path, groups: set[int]) -> Path | None:
    """The first folder on the way to `folder`, itself included, that none of `groups` may enter. None if all are open.

    `folder` itself must be readable too.
    """
    for place in [*reversed(folder.resolve().parents), folder.resolve()]:
        info = place.stat()
        needed = 0o5 if place == folder.resolve() else 0o1
        given = info.st_mode >> 3 if info.st_gid in groups else info.st_mode
        if given & needed != needed:
            return place
    return None
