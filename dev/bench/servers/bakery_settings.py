"""bakerydemo's production settings; what it writes is in a folder of the benchmark's, not in its checkout."""

import os

from bakerydemo.settings.production import *  # type: ignore[import-not-found]  # of another project  # noqa: F403

MEDIA_ROOT = os.path.join(os.environ["BENCH_FOLDER"], "media")  # noqa: PTH118 - as it has it
STATIC_ROOT = os.path.join(os.environ["BENCH_FOLDER"], "static")  # noqa: PTH118
