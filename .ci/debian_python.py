"""Unpack CPython 3.14 from Debian testing into a folder, without changing the system.

Home Assistant needs CPython 3.14.2 or later, which Debian stable doesn't have. Debian
testing does, and its packages run on other systems if they use their own C library.

Usage: python3 .ci/debian_python.py FOLDER PATCHELF

Requires Python 3.9 or later.
"""

import hashlib
import lzma
from pathlib import Path
import subprocess
import sys
from urllib.request import urlopen

SUITE = "forky"
TIMEOUT = 60  # seconds without data from the archive
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


def archive_url() -> str:
    """Return the URL of the Debian archive that apt on this machine uses."""
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    for url in targets:
        if "security" not in url:
            return url.rstrip("/")
    raise SystemExit("debian_python: no Debian archive is configured for apt")


def download(url: str) -> bytes:
    """Return the content at a URL."""
    with urlopen(url, timeout=TIMEOUT) as response:
        return bytes(response.read())


def package_index(archive: str) -> dict[str, dict[str, str]]:
    """Return the fields of each package in the archive's index, by package name."""
    compressed = download(
        f"{archive}/dists/{SUITE}/main/binary-{ARCHITECTURE}/Packages.xz"
    )
    packages = {}
    for paragraph in lzma.decompress(compressed).decode().split("\n\n"):
        fields = dict(
            line.split(": ", 1)
            for line in paragraph.splitlines()
            if ": " in line and not line.startswith(" ")
        )
        if "Package" in fields:
            packages[fields["Package"]] = fields
    return packages


def unpack(archive: str, folder: Path) -> None:
    """Download, verify, and unpack all packages that CPython 3.14 needs."""
    index = package_index(archive)
    for name in PACKAGES:
        fields = index[name]
        package = download(f"{archive}/{fields['Filename']}")
        if hashlib.sha256(package).hexdigest() != fields["SHA256"]:
            raise SystemExit(f"debian_python: the checksum of {name} doesn't match")
        file = folder / "package.deb"
        file.write_bytes(package)
        subprocess.run(["dpkg-deb", "-x", str(file), str(folder)], check=True)
        file.unlink()


def relocate(folder: Path, patchelf: str) -> Path:
    """Make the unpacked interpreter use its own C library and return its path."""
    libraries = folder / "usr/lib" / TRIPLET
    # Debian's pyconfig.h includes "<triplet>/python3.14/pyconfig.h", but extensions are
    # compiled with only usr/include/python3.14 in the include path.
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
    """Unpack to the folder on the command line and print the interpreter's path."""
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    unpack(archive_url(), folder)
    print(relocate(folder, sys.argv[2]))


if __name__ == "__main__":
    main()
