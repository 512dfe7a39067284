"""The dashboard and the alert rules name metrics and labels that there are, and say what to do."""

import json
import re
from pathlib import Path

import pytest
import yaml

from ops.catalogue import COUNTED, GAUGED, sample_names

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = yaml.safe_load((DEPLOY / "prometheus" / "rules.yaml").read_text("utf-8"))["groups"][0]["rules"]
PANELS = json.loads((DEPLOY / "grafana" / "bridge.json").read_text("utf-8"))["panels"]
QUERIES = [rule["expr"] for rule in RULES] + [target["expr"] for panel in PANELS for target in panel["targets"]]
LABELS = {
    name: {*metric.labels, "le", "instance"}
    for metric in (*COUNTED, *GAUGED)
    for name in (metric.name, *(metric.name + end for end in ("_total", "_bucket", "_sum", "_count")))
}


@pytest.mark.parametrize("query", QUERIES)
def test_every_metric_and_label_in_a_query_is_exposed(query: str) -> None:
    names = set(re.findall(r"bridge_\w+", query))
    assert names, query
    assert names <= sample_names()
    asked = re.findall(r"(bridge_\w+)\{([^}]*)\}", query)
    for name, matchers in asked:
        assert set(re.findall(r"(\w+)\s*[=!]", matchers)) <= LABELS[name], query
    for grouping in re.findall(r"by \(([^)]*)\)", query):
        assert set(grouping.split(", ")) <= set.union(*(LABELS[name] for name in names)), query


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_is_balanced_and_never_adds_up_what_every_process_tells(query: str) -> None:
    for left, right in ("()", "[]", "{}"):
        assert query.count(left) == query.count(right)
    assert query.count('"') % 2 == 0
    for grouping in re.findall(r"sum(?: by \(([^)]*)\))?", query):
        assert "instance" in grouping, "each process tells the sum over all: sum within one instance only"


def test_each_metric_is_seen_on_the_dashboard_or_watched() -> None:
    shown = " ".join(QUERIES)
    assert [metric.name for metric in (*COUNTED, *GAUGED) if metric.name not in shown] == []


def test_each_alert_says_what_is_wrong_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES) > 10
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "warn"}
        assert rule["annotations"]["summary"].endswith(".")
        assert len(rule["annotations"]["do"]) > 20


def test_the_panels_have_names_places_and_no_fixed_source() -> None:
    assert len({panel["title"] for panel in PANELS}) == len(PANELS)
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in PANELS]
    assert len(set(places)) == len(places)
    assert {panel["datasource"]["uid"] for panel in PANELS} == {"${datasource}"}
