"""The production files, as far as they can be tested without a container engine."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
CAPACITY = 8
"""Of a room, as it is made."""
NOT_SERVED = {".ci", "bench", "deploy", "docs", "requirements", "tests"}
COMPOSE = YAML(typ="safe").load(ROOT / "docker-compose.yml")
OVER_TLS = YAML(typ="safe").load(ROOT / "deploy" / "relay-over-tls.yml")


def test_they_fit_the_compose_schema() -> None:
    done = subprocess.run(
        [
            "check-jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            ROOT / "docker-compose.yml",
            ROOT / "deploy" / "relay-over-tls.yml",
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_door_and_the_relay_are_published() -> None:
    published = {name for name, service in COMPOSE["services"].items() if service.get("ports")}
    assert published == {"caddy", "coturn"}


def test_the_relay_is_not_on_the_network_of_the_database() -> None:
    assert "inside" not in COMPOSE["services"]["coturn"]["networks"]
    assert COMPOSE["services"]["database"]["networks"] == ["inside"]
    assert COMPOSE["services"]["redis"]["networks"] == ["inside"]


def test_the_statistics_of_the_relay_reach_whoever_reads_them() -> None:
    services = COMPOSE["services"]
    assert services["coturn"]["environment"]["STATISTICS_HOST"] == "relay-statistics"
    assert services["jobs"]["environment"]["RELAY_STATISTICS_URL"] == "redis://relay-statistics:6379/0"
    for name in ("coturn", "relay-statistics", "jobs"):
        assert "outside" in services[name]["networks"]


def test_the_relay_may_use_the_capability_of_its_binary() -> None:
    """Without it in the bounding set the kernel refuses to start the binary (capabilities(7)). `make test-compose` starts it."""
    assert COMPOSE["services"]["coturn"]["cap_drop"] == ["ALL"]
    assert COMPOSE["services"]["coturn"]["cap_add"] == ["NET_BIND_SERVICE"]


def test_the_relay_reads_the_key_of_its_own_certificate_and_no_other() -> None:
    volumes = {volume.partition(":")[0] for volume in OVER_TLS["services"]["coturn"]["volumes"]}
    assert volumes.isdisjoint(COMPOSE["volumes"])
    assert OVER_TLS["services"]["certificate"]["networks"] == ["outside"]


def test_tls_asks_for_no_more_allocations() -> None:
    urls, over_tls = (file["services"]["web"]["environment"]["TURN_URLS"] for file in (COMPOSE, OVER_TLS))
    assert len(over_tls.split(",")) == len(urls.split(","))


def relay_settings() -> dict[str, str]:
    lines = (ROOT / "deploy" / "turnserver.conf").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith(("#", "denied-peer-ip")))


def test_the_relay_carries_a_full_room_on_two_interfaces_while_all_restart() -> None:
    settings = relay_settings()
    urls = COMPOSE["services"]["web"]["environment"]["TURN_URLS"].count("turn")
    pairs, interfaces, restarting = CAPACITY - 1, 2, 2
    assert int(settings["user-quota"]) >= pairs * urls * interfaces * restarting
    assert int(settings["total-quota"]) >= CAPACITY * pairs * urls * interfaces * restarting


def test_every_allocation_has_a_port_and_every_port_is_published() -> None:
    settings = relay_settings()
    first, last = int(settings["min-port"]), int(settings["max-port"])
    assert int(settings["total-quota"]) <= last - first + 1
    assert f"{first}-{last}:{first}-{last}/udp" in COMPOSE["services"]["coturn"]["ports"]


def test_no_service_fills_the_machine() -> None:
    for name, service in [*COMPOSE["services"].items(), ("certificate", OVER_TLS["services"]["certificate"])]:
        assert service["mem_limit"] and service["pids_limit"] and service["cpus"], name
        assert service["logging"]["options"]["max-size"], name


def test_the_image_has_every_folder_that_the_server_runs_on() -> None:
    """`make test-compose` builds it; here a folder that somebody adds is not forgotten."""
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "deploy" / "Dockerfile").read_text(), re.MULTILINE))
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    folders = {path.partition("/")[0] for path in tracked if "/" in path}
    assert copied == folders - NOT_SERVED


def test_workers_share_nothing() -> None:
    assert "volumes" not in COMPOSE["services"]["web"]
    assert COMPOSE["services"]["web"]["read_only"] is True


def test_no_secret_is_in_the_environment() -> None:
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD|TOKEN|DATABASE_URL", name) and not re.fullmatch(r"\$\{\w+:-\}", value):
                assert name.endswith("_FILE") and value.startswith("/run/secrets/")


def test_whatever_a_deployer_may_choose_reaches_the_workers() -> None:
    """Of docs/configuration.md all but what the containers fix: where they listen, and where their files are."""
    variables = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE))
    given = {name.removesuffix("_FILE") for name in COMPOSE["services"]["web"]["environment"]}
    assert variables - given == {"HOST", "PORT", "STATIC_ROOT", "DEBUG"}
    assert given <= variables


def test_the_environment_makes_a_clean_deployment(tmp_path: Path) -> None:
    environment = {name: filled(value) for name, value in COMPOSE["services"]["web"]["environment"].items()}
    for secret in ("SECRET_KEY", "TURN_SECRET", "METRICS_TOKEN", "DATABASE_URL"):
        file = tmp_path / secret
        file.write_text("postgres://conference@database/conference" if secret == "DATABASE_URL" else "kmv4x2Tq9wLzR7ny" * 4)
        environment[f"{secret}_FILE"] = str(file)
    environment |= {"VAR_DIR": str(tmp_path), "EMAIL_URL": "smtp://mail.example.org", "PATH": os.environ["PATH"]}
    command = [sys.executable, str(ROOT / "manage.py"), "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def filled(value: str) -> str:
    """The file with the required variables filled in; the others have their defaults."""
    return re.sub(r"\$\{(\w+)(?::([-?])([^}]*))?\}", lambda v: v[3] if v[2] == "-" else f"{v[1].lower()}.example.org", value)


def test_every_image_is_pinned() -> None:
    for service in [*COMPOSE["services"].values(), OVER_TLS["services"]["certificate"]]:
        assert re.search(r":[\w.${}:-]+$", service["image"]) and not service["image"].endswith(":latest")


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    script = tmp_path / "deploy" / "make-secrets"
    script.parent.mkdir()
    script.write_bytes((ROOT / "deploy" / "make-secrets").read_bytes())
    script.chmod(0o755)

    def run() -> dict[str, str]:
        subprocess.run([script], check=True, capture_output=True)
        return {path.name: path.read_text() for path in (script.parent / "secrets").iterdir()}

    first = run()
    assert set(first) == set(COMPOSE["secrets"])
    assert first["database_password"] in first["database_url"]
    assert run() == first
    assert stat.S_IMODE((script.parent / "secrets").stat().st_mode) == 0o700
