"""Prometheus and its alerts: every process is watched, every alert asks for a number that somebody tells."""

import importlib
import re

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from tests.deploy.files import DEPLOY, ROOMS, services

OBSERVABILITY = DEPLOY / "observability"
PROMETHEUS = yaml.safe_load((OBSERVABILITY / "prometheus.yml").read_text())
RULES = [
    rule for group in yaml.safe_load((OBSERVABILITY / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]
TELLING = ("shared.messaging.metrics", "services.applications.sender.loop", "services.scoring.handlers.reigns")
PROCESS_PORTS = {"api": 8000, "worker": 8001}


@pytest.mark.parametrize("process", PROCESS_PORTS)
def test_every_process_is_watched(process):
    [job] = [job for job in PROMETHEUS["scrape_configs"] if job["job_name"] == process]
    targets = {target for config in job["static_configs"] for target in config["targets"]}
    assert targets == {f"{room}-{process}:{PROCESS_PORTS[process]}" for room in ROOMS}
    assert {target.split(":")[0] for target in targets} <= set(services())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_numbers_that_exist(rule):
    asked = set(re.findall(r"sojourn_\w+", rule["expr"]))
    assert asked <= told()
    assert asked or rule["alert"] == "ProcessDown"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_at_stake(rule):
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]


def told() -> set[str]:
    """What the kernel's messaging and the rooms' own loops tell."""
    modules = [importlib.import_module(name) for name in TELLING]
    metrics = [value for module in modules for value in vars(module).values() if isinstance(value, MetricWrapperBase)]
    return {f"{metric._name}{'_total' if metric._type == 'counter' else ''}" for metric in metrics}
