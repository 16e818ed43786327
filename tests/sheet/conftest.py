from __future__ import annotations

from pathlib import Path

import pytest

from tests.sheet import office as offices
from tests.sheet.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return offices.office(tmp_path)
