"""Audit of what is installed: known vulnerabilities where their database can be asked, and always every licence.

Run by ``make audit``. A licence that a project under Apache-2.0 cannot depend on (GPL, AGPL, SSPL …), or one that nobody can name, fails it. Weak
copyleft is fine for a dependency that is installed beside us and not copied into our packages (LGPL, MPL).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from typing import Final

FINE: Final = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software|Unlicense|MPL|Mozilla|LGPL|Lesser|Artistic|CNRI-Python|0BSD|Zlib|CC0|HPND|Dual License",
    re.IGNORECASE,
)
REFUSED: Final = re.compile(
    r"\bA?GPL|Affero|GNU General|SSPL|Business Source|BUSL|Commons Clause|proprietary", re.IGNORECASE
)
READ_BY_HAND: Final[Mapping[str, str]] = {
    "aiosalesforce": "MIT",  # the whole text of the licence stands in the field
}
"""Packages whose metadata names no licence in a word, and what their licence file says."""


@dataclass(frozen=True, slots=True)
class Package:
    """One installed distribution; `licences` are alternatives, any of which will do."""

    name: str
    version: str
    licences: tuple[str, ...]

    @property
    def fine(self) -> bool:
        return any(acceptable(one) for one in self.licences)


def acceptable(licence: str) -> bool:
    """May a project under Apache-2.0 depend on it? In an expression every part joined by AND must be fine, one of those joined by OR."""
    parts = re.split(r"\s+AND\s+", licence.replace("(", "").replace(")", ""))
    return all(any(_fine(one) for one in re.split(r"\s+OR\s+", part)) for part in parts)


def _fine(licence: str) -> bool:
    weak = re.sub(
        r"LGPL[\w.+-]*|(?:GNU )?Lesser General Public License[^,]*", "LGPL", licence, flags=re.IGNORECASE
    )
    return bool(FINE.search(weak)) and not REFUSED.search(weak.replace("LGPL", ""))


def licences_of(package: Distribution) -> tuple[str, ...]:
    """What the metadata says: an expression, else the classifiers (alternatives), else the first line of the old field."""
    metadata = package.metadata
    if package.name in READ_BY_HAND:
        return (READ_BY_HAND[package.name],)
    if metadata["License-Expression"]:
        return (metadata["License-Expression"],)
    found = [
        one.rpartition(" :: ")[2]
        for one in metadata.get_all("Classifier") or ()
        if one.startswith("License :: OSI")
    ]
    line = (metadata["License"] or "").strip().partition("\n")[0]
    return tuple(found) or ((line,) if line else ())


def installed() -> list[Package]:
    """Every distribution of this environment but ourselves, by name."""
    found = {one.name.casefold(): Package(one.name, one.version, licences_of(one)) for one in distributions()}
    return [found[name] for name in sorted(found) if name != "synchub"]


def report(packages: Iterable[Package]) -> list[str]:
    """A line per package: name, version, licence."""
    return [
        f"{one.name:28} {one.version:18} {' / '.join(one.licences) or '(none named)'}" for one in packages
    ]


def vulnerabilities() -> int:
    """How many packages have a known vulnerability; each is printed. 0, with a word about it, where nobody could be asked.

    pip-audit is used where it is on the path (``pipx install pip-audit``). It takes a database that does not answer for one that knows no package, hence the
    count of what was really looked up.
    """
    program = shutil.which("pip-audit")
    if program is None:
        print("pip-audit is not installed here: known vulnerabilities were not looked up.")
        return 0
    done = subprocess.run(
        [
            program,
            "--path",
            sysconfig.get_path("purelib"),
            "--format",
            "json",
            "--progress-spinner",
            "off",
            "--timeout",
            "10",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return told(done.stdout)


def told(answer: str) -> int:
    """How many vulnerable packages pip-audit tells of."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        packages = []
    asked = [one for one in packages if "skip_reason" not in one]
    bad = [one for one in asked if one["vulns"]]
    for one in bad:
        print(f"VULNERABLE: {one['name']} {one['version']}: {', '.join(each['id'] for each in one['vulns'])}")
    if asked:
        print(f"{len(asked)} packages looked up, {len(bad)} with a known vulnerability.")
    else:
        print(
            "The database of vulnerabilities cannot be reached from here: known vulnerabilities were not looked up."
        )
    return len(bad)


def main() -> int:
    packages = installed()
    print("\n".join(report(packages)))
    bad = [one for one in packages if not one.fine]
    for one in bad:
        print(f"NOT COMPATIBLE with Apache-2.0, or not named: {one.name} {one.version}: {one.licences}")
    print(f"{len(packages)} packages, {len(bad)} with a licence that cannot be depended on.")
    return 1 if vulnerabilities() or bad else 0


if __name__ == "__main__":
    sys.exit(main())
