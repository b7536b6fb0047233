"""The units fence the site in: what systemd itself says of them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

UNITS = sorted((Path(settings.BASE_DIR) / "docs" / "deploy").glob("*.service"))
MOST_EXPOSED = 2.0  # of 10

pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="apt-get install systemd")


def test_the_units_are_found() -> None:
    assert {"attune-web", "attune-worker"} <= {unit.stem for unit in UNITS}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_hardly_exposed(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    level = re.search(r"Overall exposure level for [\w.-]+: ([\d.]+)", said)
    assert level is not None, said
    assert float(level[1]) <= MOST_EXPOSED, said
