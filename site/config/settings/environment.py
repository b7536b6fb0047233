"""The variables of the environment or `.env`, and where this checkout and its site are."""

import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env

# The operating system's time-zone data differ from the pinned `tzdata` package in a dozen zones: read only the latter.
zoneinfo.reset_tzpath(to=[])

BASE_DIR = Path(__file__).resolve().parents[3]
env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# Where everything that is made while running lives: database, media, compiled static files. Never in the repository.
VAR_DIR = Path(env.str("ATTUNE_VAR_DIR", default=str(BASE_DIR / "var")))

SITE_URL = env.str("SITE_URL", default=f"http://localhost:{env.int('PORT', 8000)}").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
