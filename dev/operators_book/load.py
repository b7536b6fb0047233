"""Asks the site for pages and their style sheets, and says at its end what was lost.

Runs inside, with the standard library alone: `python3 load.py REQUESTS-A-SECOND`, until its input is closed. Then it
prints one line of JSON: how many were asked for, and what was lost. Each answer must be a 200, also that of each
style sheet that the page names.
"""

import json
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

SITE = "https://attune.example"
PAGES = ("/en/", "/en/account/login/", "/de/account/login/")
STYLE = re.compile(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"')


class Load:
    """What has been asked for so far."""

    def __init__(self) -> None:
        self.asked = 0
        self.lost: list[str] = []
        self.lock = threading.Lock()

    def get(self, path: str) -> str:
        """The text of an address. What isn't a 200 is noted, and has none."""
        problem, text = "", ""
        try:
            with urllib.request.urlopen(SITE + path, timeout=30) as answer:  # noqa: S310 - our own address
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            problem = str(error.code)
            error.close()
        except Exception as error:  # refused, reset, cut off: all the same to who waits for a page
            problem = repr(error)
        with self.lock:
            self.asked += 1
            if problem:
                self.lost.append(f"{time.strftime('%H:%M:%S')} {path}: {problem}")
        return text

    def visit(self, page: str) -> None:
        """A page and its style sheets."""
        for style in STYLE.findall(self.get(page)):
            self.get(style)


def there(page: str) -> bool:
    """Whether the site has this page."""
    try:
        with urllib.request.urlopen(SITE + page, timeout=30):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return False


def main() -> None:
    """Ask until our input is closed."""
    ended = threading.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    load = Load()
    pages = [page for page in PAGES if there(page)]
    if not pages:
        sys.exit(f"None of these pages answers: {', '.join(PAGES)}")
    pause, number = 2 / float(sys.argv[1]), 0  # a page has a style sheet, so each visit is two requests
    with ThreadPoolExecutor(40) as readers:
        begin = time.monotonic()
        while not ended.wait(max(0.0, begin + number * pause - time.monotonic())):
            readers.submit(load.visit, pages[number % len(pages)])
            number += 1
    print(json.dumps({"asked": load.asked, "lost": load.lost}))


if __name__ == "__main__":
    main()
