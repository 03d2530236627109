"""``synchub demo``: a working hub between a Salesforce org, a 金蝶云星辰 account set and a workbook, played in six acts.

a plan of the first contact · b sync · c people edit everywhere at once · d sync, and what became of each edit · e a sync with nothing to do · f verify.
"""

from __future__ import annotations

import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synchub.cli.demo.acts import Play
    from synchub.cli.demo.record import Summary
    from synchub.cli.demo.seed import Truth
    from synchub.cli.prefect_server import PrefectServer
    from synchub.paths import HubPaths

__all__ = ["run"]


def run(
    folder: Path, *, json_output: bool = False, use_prefect: bool = True, partners: int | None = None
) -> int:
    """Make the folder, play all acts, and leave a hub on which every command works.

    An earlier demo's folder is replaced, anything else refused (UserError). Returns 0 when every act passed its own checks.
    """
    from synchub.cli.demo.folder import fresh_folder
    from synchub.cli.demo.seed import PARTNERS, make_truth
    from synchub.cli.demo.show import Silence, Stage
    from synchub.cli.output import Output
    from synchub.cli.progress import watching

    started = time.monotonic()
    paths = fresh_folder(folder)
    stage = Silence() if json_output else Stage()
    with _server(paths, use_prefect=use_prefect) as server, watching() as progress:
        play = _furnished(paths, make_truth(partners or PARTNERS), stage, progress, server)
        summary = play.run()
    summary.seconds = time.monotonic() - started
    summary.following = _following(paths, summary, use_prefect=use_prefect)
    stage.ending(summary)
    if json_output:
        Output(json=True).document(summary.document())
    return 0 if summary.passed else 1


@contextmanager
def _server(paths: HubPaths, *, use_prefect: bool) -> Iterator[PrefectServer | None]:
    """The Prefect server comes up while the data is laid out and the plan is made."""
    from synchub.cli.prefect_server import serving

    if not use_prefect:
        yield None
        return
    with serving(paths.prefect_home) as server:
        yield server


def _furnished(
    paths: HubPaths, truth: Truth, stage: object, progress: object, server: PrefectServer | None
) -> Play:
    from synchub.cli.demo.acts import Play
    from synchub.cli.demo.distribution import distribute
    from synchub.cli.demo.show import Stage
    from synchub.cli.demo.systems import Systems

    assert isinstance(stage, Stage)
    systems, holdings = Systems.of(paths.folder), distribute(truth)
    systems.furnish(holdings)
    counts = {
        "accounts": len(holdings.accounts),
        "customers": len(holdings.customers),
        "rows": len(holdings.partner_sheet),
        "people": len(holdings.contacts) + len(holdings.contact_sheet),
    }
    stage.opening(_near(paths.folder), counts)
    return Play(systems, truth, holdings, stage, progress, server)  # type: ignore[arg-type]  # watching() gives a Progress


def _following(paths: HubPaths, summary: Summary, *, use_prefect: bool) -> dict[str, str]:
    """Where to look next: commands that can be copied, and paths."""
    from synchub.cli.demo.systems import WORKBOOK_FILE
    from synchub.cli.prefect_server import open_command

    folder = _near(paths.folder)
    hub = f"{_program()} --hub {shlex.quote(str(folder))}"
    found = {"workbook": str(folder / WORKBOOK_FILE)}
    interesting = next(
        (one for one in summary.outcomes if one.edit.story == "newest" and one.golden_id), None
    )
    if interesting is not None:
        name, field = shlex.quote(interesting.edit.title), interesting.edit.field
        found["explain"] = f"{hub} explain {interesting.entity} {name} {field}"
    found |= {"conflicts": f"{hub} conflicts", "plan": f"{hub} plan", "mappings": str(folder / "mappings")}
    if use_prefect:
        found |= {"prefect": open_command(paths.prefect_home), "url": "http://127.0.0.1:4200/v2/runs"}
    return found


def _program() -> str:
    """How the reader starts synchub from where he is."""
    beside = Path(sys.executable).parent / "synchub"
    found = shutil.which("synchub")
    if found is not None and Path(found).parent == beside.parent:
        return "synchub"
    return shlex.quote(str(_near(beside))) if beside.exists() else "synchub"


def _near(folder: Path) -> Path:
    """As short as it can be said from where the reader is."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder
