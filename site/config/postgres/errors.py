"""What can go wrong, in sentences for the person at the keyboard."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path


class PostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be had. The message is a sentence for the person at the keyboard."""


@contextlib.contextmanager
def in_sentences(var: Path) -> Iterator[None]:
    """Turn what the operating system says into a sentence."""
    try:
        yield
    except PermissionError as error:
        raise PostgresError(
            f"The embedded PostgreSQL may not use {error.filename or var}: {error.strerror}. "
            "Was another user, perhaps root, here before?"
        ) from error
    except shutil.Error as error:  # of copying many files: it holds one entry for each that failed
        raise PostgresError(f"The embedded PostgreSQL cannot be copied: {error.args[0][0][2]}.") from error
    except OSError as error:
        raise PostgresError(
            f"The embedded PostgreSQL cannot work in {error.filename or var}: {error.strerror}."
        ) from error
