"""Alerts use only metrics that the server has."""

from __future__ import annotations

import re
from pathlib import Path

from ruamel.yaml import YAML

from conference.metrics import JOBS
from signaling.metrics import Metrics
from signaling.protocol.refusals import Close

FILE = Path(__file__).resolve().parents[2] / "deploy" / "prometheus-rules.yml"
RULES = YAML(typ="safe").load(FILE)["groups"][0]["rules"]
PAIRS = {"connected": 1, "relayed": 0, "unreached": 0, "silent": 0}


def test_every_metric_of_the_rules_is_one_of_ours() -> None:
    said = Metrics().text(sockets=0, participants={}, pairs=PAIRS, degraded=False, draining=False) + JOBS
    exported = set(re.findall(r"^# TYPE (\w+)", said, re.MULTILINE))
    asked = {name for rule in RULES for name in re.findall(r"conference_\w+", rule["expr"])}
    assert {re.sub(r"_bucket$", "", name) for name in asked} <= exported
    states = {state for rule in RULES for state in re.findall(r'state="(\w+)"', rule["expr"])}
    assert states <= set(PAIRS)


def test_every_close_code_of_the_rules_is_one_of_the_protocol() -> None:
    codes = {int(code) for rule in RULES for code in re.findall(r'code="(\d+)"', rule["expr"])}
    assert codes and codes <= {int(close) for close in Close}


def test_every_alert_says_what_to_do() -> None:
    assert all(rule["annotations"]["summary"] and rule["annotations"]["description"] for rule in RULES)
