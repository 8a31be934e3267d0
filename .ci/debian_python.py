"""Unpack CPython 3.14 from Debian testing into a folder, changing nothing of the system.

Home Assistant needs CPython 3.14.2 or later, which Debian stable does not have. Debian
testing does, and its packages run anywhere once they bring their own C library along.
Usage: python3 .ci/debian_python.py FOLDER PATCHELF

Runs on any Python 3.9 or later.
"""

import hashlib
import lzma
from pathlib import Path
import subprocess
import sys
from urllib.request import urlopen

SUITE = "forky"
TIMEOUT = 60  # seconds without a byte from the archive
ARCHITECTURE = "amd64"
TRIPLET = "x86_64-linux-gnu"
LOADER = "ld-linux-x86-64.so.2"
PACKAGES = (
    "libc6",
    "libexpat1",
    "libffi8",
    "libgcc-s1",
    "liblzma5",
    "libncursesw6",
    "libtinfo6",
    "libpython3.14-minimal",
    "libpython3.14-stdlib",
    "libpython3.14",
    "libpython3.14-dev",
    "libreadline8t64",
    "libsqlite3-0",
    "libssl3t64",
    "libuuid1",
    "libzstd1",
    "libbz2-1.0",
    "zlib1g",
    "python3.14",
    "python3.14-minimal",
    "python3.14-venv",
)


def archive() -> str:
    """Return the address of the Debian archive that apt on this machine uses."""
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    for address in targets:
        if "security" not in address:
            return address.rstrip("/")
    raise SystemExit("debian_python: apt on this machine knows no Debian archive")


def fetch(address: str) -> bytes:
    """Return the body at an address."""
    with urlopen(address, timeout=TIMEOUT) as response:
        return bytes(response.read())


def index(archive_address: str) -> dict[str, dict[str, str]]:
    """Return the fields of each package in the archive's index, by package name."""
    packed = fetch(
        f"{archive_address}/dists/{SUITE}/main/binary-{ARCHITECTURE}/Packages.xz"
    )
    packages = {}
    for paragraph in lzma.decompress(packed).decode().split("\n\n"):
        fields = dict(
            line.split(": ", 1)
            for line in paragraph.splitlines()
            if ": " in line and not line.startswith(" ")
        )
        if "Package" in fields:
            packages[fields["Package"]] = fields
    return packages


def unpack(archive_address: str, folder: Path) -> None:
    """Fetch, verify and unpack every package that CPython 3.14 needs."""
    known = index(archive_address)
    for name in PACKAGES:
        fields = known[name]
        package = fetch(f"{archive_address}/{fields['Filename']}")
        if hashlib.sha256(package).hexdigest() != fields["SHA256"]:
            raise SystemExit(f"debian_python: {name} does not match its checksum")
        file = folder / "package.deb"
        file.write_bytes(package)
        subprocess.run(["dpkg-deb", "-x", str(file), str(folder)], check=True)
        file.unlink()


def relocate(folder: Path, patchelf: str) -> Path:
    """Point the unpacked interpreter at its own C library and return its path."""
    libraries = folder / "usr/lib" / TRIPLET
    # Extensions are compiled with the path python3.14-config gives, one folder deeper.
    link = folder / "usr/include/python3.14" / TRIPLET
    if not link.exists():
        link.symlink_to(Path("..") / TRIPLET)
    python = folder / "usr/bin/python3.14"
    loader = next(folder.rglob(LOADER)).resolve()
    subprocess.run(
        [patchelf, "--set-interpreter", str(loader), str(python)], check=True
    )
    subprocess.run(
        [patchelf, "--force-rpath", "--set-rpath", str(libraries), str(python)],
        check=True,
    )
    return python


def main() -> None:
    """Unpack into the folder of the first argument and print the interpreter's path."""
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    unpack(archive(), folder)
    print(relocate(folder, sys.argv[2]))


if __name__ == "__main__":
    main()
