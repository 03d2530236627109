"""I22: whatever a format of one's own makes of values, even when it breaks every law, the systems come to rest."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from synchub.testing import Lab

PAIR = """\
from synchub.mapping import Pair

READ = {read!r}
WRITE = {write!r}
wild = Pair(get=lambda raw: READ.get(str(raw), "a"), put=lambda value, old: WRITE.get(value, "z"), kinds={{"text"}}, lossy=True)
"""
MAPPING = """\
mapping: {name}
system: {name}
object: Things
to: Partner
identity: {{match: [[name]]}}
create_there: yes
fields:
  name: name
  city: {{field: city, as: custom, custom: {name}.wild, lossy: it is wild}}
"""


@pytest.mark.parametrize("seed", range(6))
def test_random_pairs_come_to_rest(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    (tmp_path / "custom").mkdir()
    letters = "abcdz"
    for name in ("crm", "erp"):
        tables = [{one: chance.choice(letters) for one in letters} for _ in range(2)]
        text = PAIR.format(read=tables[0], write=tables[1])
        (tmp_path / "custom" / f"{name}.py").write_text(text, encoding="utf-8")
    mappings = {name: MAPPING.format(name=name) for name in ("crm", "erp")}
    model = "model: Partner\nfields:\n  city: {conflict: [crm, erp]}\n"
    lab = Lab(tmp_path, mappings, {"partner": model}, systems=("crm", "erp"))
    for name in ("crm", "erp"):
        lab.systems[name].create(
            "Things", {"name": "Lianhong", "city": chance.choice(letters)}, id=f"{name}-1"
        )
    lab.sync()
    for _ in range(4):
        name = chance.choice(["crm", "erp"])
        lab.systems[name].edit("Things", f"{name}-1", {"city": chance.choice(letters)})
        lab.sync()
    lab.sync()
    assert [lab.sync().writes for _ in range(2)] == [0, 0]
    lab.close()
