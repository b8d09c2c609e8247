"""Podman, separated from everything else on this machine: its own storage, and its own namespaces for everything that runs.

The namespaces are: network (so that the published ports 80 and 443 are free, and nobody else can reach them),
mounts, and processes (so that every container ends with the test). Needs Linux, root, and what ``tests/machine containers``
installs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
OUT: Final = ROOT / "var" / "compose"
CERTIFICATES: Final = "/etc/ssl/certs/ca-certificates.crt"
NPMRC: Final = Path("/root/.npmrc")
"""Where npm looks in a container, whose builds run as root."""
STANDINS: Final = Path(__file__).with_name("standins")
DOMAIN: Final = "meet.local"
"""Caddy gives itself certificates for such a name, and asks nobody."""
RELAY_DOMAIN: Final = "turn.local"
PUBLIC, SECOND = "203.0.113.1", "203.0.113.2"
BASE: Final = "localhost/debian:trixie"
IMAGES: Final = {
    "docker.io/library/python:3.13-slim": "python",
    "docker.io/library/caddy:2.10-alpine": "caddy",
    "docker.io/coturn/coturn:4.13.1": "coturn",
    "docker.io/library/redis:7.4-alpine": "redis",
    "docker.io/library/postgres:17-alpine": "postgres",
}
BUILD: Final = ["--isolation", "chroot", "--pull=never"]

STORAGE = f"""[storage]
driver = "overlay"
graphroot = "{OUT / "storage"}"
runroot = "/run/containers/storage"
"""
ENGINE = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "/run/containers/networks"
"""
#: /run and /dev/shm are where Podman keeps what ends with the machine.
PLACE = f"""set -e
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /dev/shm
mkdir -p /run/netns /run/containers/networks
printf '127.0.0.1 localhost\\n{PUBLIC} {DOMAIN}\\n{SECOND} {RELAY_DOMAIN}\\n' >/run/hosts
mount --bind /run/hosts /etc/hosts
ip link set lo up
ip address add {PUBLIC}/32 dev lo
ip address add {SECOND}/32 dev lo
echo 1 >/proc/sys/net/ipv4/ip_forward
exec "$@"
"""


def environment() -> dict[str, str]:
    """The environment of the test's own Podman. Writes the files that it names."""
    OUT.mkdir(parents=True, exist_ok=True)
    files = {"CONTAINERS_STORAGE_CONF": OUT / "storage.conf", "CONTAINERS_CONF": OUT / "containers.conf"}
    for path, text in zip(files.values(), (STORAGE, ENGINE), strict=True):
        path.write_text(text)
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    own = {name: str(path) for name, path in files.items()}
    return {**os.environ, **own, "BUILDAH_ISOLATION": "chroot", "PATH": programs}


def within(*command: str) -> list[str]:
    """The same command, in the namespaces."""
    namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    return ["unshare", *namespaces, "sh", "-c", PLACE, "sh", *command]


def build() -> None:
    """The image of the product, from the real Dockerfile; and a stand-in of Debian's packages for each image that is not here."""
    variables = environment()
    for name, standin in IMAGES.items():
        if not _is_here(name):
            _base()
            file = str(STANDINS / f"{standin}.Dockerfile")
            _run("podman", "build", "--quiet", *BUILD, *_mounts(), "--file", file, "--tag", name, str(STANDINS))
    arguments = " ".join([*BUILD, *_mounts()])
    domain = {"DOMAIN": DOMAIN, "PUBLIC_ADDRESS": PUBLIC}
    command = ["podman-compose", "--podman-build-args", arguments, "build", "web"]
    subprocess.run(command, cwd=ROOT, env=variables | domain, check=True)


def _base() -> None:
    if _is_here(BASE):
        return
    directory = OUT / "debian"
    shutil.rmtree(directory, ignore_errors=True)
    _run("debootstrap", "--variant=minbase", "--include=ca-certificates", "trixie", str(directory))
    archive = OUT / "debian.tar"
    _run("tar", "--create", f"--file={archive}", f"--directory={directory}", ".")
    _run("podman", "import", "--quiet", str(archive), BASE)
    shutil.rmtree(directory)
    archive.unlink()


def _is_here(image: str) -> bool:
    return subprocess.run(["podman", "image", "exists", image], env=environment()).returncode == 0


def _run(*command: str) -> None:
    subprocess.run(command, env=environment(), check=True, stdout=subprocess.DEVNULL)


def _mounts() -> list[str]:
    """For the time of a build, and read-only: how this machine's pip and npm reach packages. Nothing of it gets into an image."""
    paths = sorted({path for path in map(Path, _of_pip()) if path.is_absolute() and path.exists()})
    pairs = [(path, path) for path in paths] + [(_npmrc(), NPMRC)]
    return [word for source, target in pairs for word in ("--volume", f"{source}:{target}:ro")]


def _npmrc() -> Path:
    """What this machine tells npm, and the certificates, which npm does not look for by itself."""
    own, written = Path.home() / ".npmrc", OUT / "npmrc"
    written.write_text(f"{own.read_text() if own.is_file() else ''}\ncafile={CERTIFICATES}\n")
    return written


def _of_pip() -> Iterator[str]:
    """Its files, the paths that they name, and the certificates of this machine."""
    yield from ("/etc/pip.conf", "/etc/xdg/pip", CERTIFICATES)
    said = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True).stdout
    for line in said.splitlines():
        if line.startswith("global."):
            for word in line.partition("=")[2].strip("'").split():
                path = word.removeprefix("file://")
                if path.startswith("/") and not path.startswith(("/etc/xdg/pip", "/etc/ssl/certs")):
                    yield path
