"""Makes the Debian, follows the book in it, and takes it away: `sudo python -m dev.operators_book`.

`--keep` leaves its folder for a look at what went wrong.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from dev.operators_book import machine
from dev.operators_book.book import BookError, blocks
from dev.operators_book.following import follow

CHECKOUT = Path(__file__).resolve().parents[2]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Follow docs/operators.md on a Debian that has nothing yet.")
    parser.add_argument("--keep", action="store_true", help="leave the Debian's folder for a look")
    options = parser.parse_args()
    try:
        if sys.platform != "linux" or os.geteuid() != 0:
            raise BookError(
                "This makes a Debian and boots it, so it needs Linux and root: sudo make operators-book"
            )
        if missing := machine.missing_tools():
            raise BookError(f"Programs are missing: apt-get install {' '.join(missing)}")
        book = blocks((CHECKOUT / "docs/operators.md").read_text())
        folder = Path(tempfile.mkdtemp(prefix="attune-operators-book-"))
        folder.chmod(0o755)
        try:
            machine.make(folder / "root", CHECKOUT)
            with machine.booted(folder / "root") as debian:
                follow(debian, book)
        finally:
            if options.keep:
                machine.say(f"Left there: {folder}")
            else:
                shutil.rmtree(folder)
        machine.say("The book holds.")
    except BookError as error:
        sys.exit(f"The book doesn't hold. {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped, and taken away again.")


if __name__ == "__main__":
    main()
