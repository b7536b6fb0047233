"""Where this checkout is, and the variables of its environment or `.env`."""

import zoneinfo
from pathlib import Path

from environs import Env

# The operating system's time-zone data differ from the pinned `tzdata` package in a dozen zones: read only the latter.
zoneinfo.reset_tzpath(to=[])

BASE_DIR = Path(__file__).resolve().parents[3]
env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# Where everything that is made while running lives: database, media, compiled static files. Never in the repository.
VAR_DIR = Path(env.str("ATTUNE_VAR_DIR", default=str(BASE_DIR / "var")))
