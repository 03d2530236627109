"""The audit of licences: what may be depended on, and that it fails on what may not."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("licence", "fine"),
    [
        ("MIT", True),
        ("BSD 3-Clause License", True),
        ("LGPL-3.0-only", True),
        ("GNU Lesser General Public License v2 or later (LGPLv2+)", True),
        ("Mozilla Public License 2.0 (MPL 2.0)", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-2.0-only OR MIT", True),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("GNU Affero General Public License v3", False),
        ("GNU General Public License v2 or later (GPLv2+)", False),
        ("MIT AND AGPL-3.0-only", False),
        ("SSPL-1.0", False),
        ("Business Source License 1.1", False),
        ("some licence of ours", False),
        ("", False),
    ],
)
def test_which_licences_a_dependency_may_have(audit: ModuleType, licence: str, fine: bool) -> None:
    assert audit.acceptable(licence) is fine


def test_everything_installed_here_may_be_depended_on(audit: ModuleType) -> None:
    packages = audit.installed()
    assert {"SQLAlchemy", "psycopg", "prefect"} <= {one.name for one in packages}
    assert [one for one in packages if not one.fine] == []


def test_a_licence_that_may_not_be_depended_on_fails_the_audit_and_is_named(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "vulnerabilities", lambda: 0)
    assert audit.main() == 0
    monkeypatch.setattr(audit, "installed", lambda: [audit.Package("evil", "1.0", ("AGPL-3.0-only",))])
    assert audit.main() == 1
    assert "evil 1.0" in capsys.readouterr().out


def test_a_database_that_does_not_answer_is_not_taken_for_a_clean_bill(
    audit: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answers are in the form of pip-audit 2.10."""
    assert (
        audit.told('{"dependencies": [{"name": "six", "skip_reason": "Dependency not found on PyPI"}]}') == 0
    )
    assert "were not looked up" in capsys.readouterr().out
    assert audit.told("") == 0
    assert "were not looked up" in capsys.readouterr().out


def test_a_known_vulnerability_fails_the_audit(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    found = '{"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "version": "2", "vulns": [{"id": "CVE-1"}]}]}'
    assert audit.told(found) == 1
    said = capsys.readouterr().out
    assert "b 2: CVE-1" in said
    assert "2 packages looked up" in said
