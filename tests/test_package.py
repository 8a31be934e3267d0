"""The archive of a release has the integration, with the version of the release."""

import json
from pathlib import Path
import subprocess
from typing import Final
from zipfile import ZipFile

import pytest

ROOT: Final = Path(__file__).parents[1]
INTEGRATION: Final = "custom_components/plex_butler"
ARCHIVE: Final = json.loads((ROOT / "hacs.json").read_text())["filename"]
VERSION: Final = "1.2.3"

CHANGELOG: Final = f"""# Changelog

## {VERSION}

A new sensor.

## 1.2.2

A correction.
"""


def _run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with what a release consists of."""
    files = _run("git", "ls-files", INTEGRATION, "scripts/package", folder=ROOT)
    for name in files.stdout.splitlines():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((ROOT / name).read_bytes())
    (tmp_path / "scripts/package").chmod(0o755)
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    for command in (("init",), ("add", "."), (*author, "commit", "--message=All")):
        result = _run("git", *command, folder=tmp_path)
        assert result.returncode == 0, result.stderr
    return tmp_path


def test_archive(repository: Path) -> None:
    """The archive has each file of the integration, and only the version changes."""
    result = _run("scripts/package", VERSION, folder=repository)
    assert result.returncode == 0, result.stderr

    source = repository / INTEGRATION
    files = {
        str(file.relative_to(source)): file.read_bytes()
        for file in source.rglob("*")
        if file.is_file()
    }
    with ZipFile(repository / "dist" / ARCHIVE) as archive:
        packed = {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.endswith("/")
        }
    manifest = json.loads(files.pop("manifest.json"))
    assert json.loads(packed.pop("manifest.json")) == {**manifest, "version": VERSION}
    assert packed == files


def test_notes(repository: Path) -> None:
    """The notes of the release are its section of the changelog."""
    _run("scripts/package", VERSION, folder=repository)
    notes = (repository / "dist/notes.md").read_text()
    assert notes.strip() == "A new sensor."


@pytest.mark.parametrize("version", ["v1.2.3", "1.2", "1.2.3.4", "1.2.4", ""])
def test_refused(repository: Path, version: str) -> None:
    """Without a valid version that the changelog describes, there is no archive."""
    result = _run("scripts/package", version, folder=repository)
    assert result.returncode != 0
    assert result.stderr.startswith(("package: ", "scripts/package: "))
    assert not (repository / "dist" / ARCHIVE).exists()
