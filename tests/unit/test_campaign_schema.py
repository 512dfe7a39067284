"""The published schema says what the reader says, for every shape that a campaign's file can have."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from campaign import CampaignInvalid
from campaign.nodes import Nodes
from campaign.reader import read_root
from campaign.schema import FILE, as_text, schema

FOLDER = Path(__file__).parents[2] / "campaigns"
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "templates.yaml")
VALIDATOR = jsonschema.Draft202012Validator(schema())
_OWN_KEYS = {
    "questions", "evidence", "categories", "kinds", "topics", "canned", "out_of_scope", "wording", "vocabulary",
    "languages",
}  # fmt: skip
"""Mappings whose keys are the file's own: what holds for one entry holds for all."""


class _Loader(yaml.SafeLoader):
    """Dates stay text, as a JSON schema sees them."""


_Loader.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def composed(path: Path) -> yaml.Node:
    root = yaml.compose(path.read_text("utf-8"), Loader=_Loader)
    assert root is not None
    return root


def reader_takes(root: yaml.Node) -> bool:
    try:
        read_root(Nodes("mine.yaml"), root, FOLDER, None)
    except CampaignInvalid:
        return False
    return True


def schema_takes(root: yaml.Node) -> bool:
    constructor = _Loader("")
    values = _as_json(constructor.construct_document(root))
    return bool(VALIDATOR.is_valid(values))


def _as_json(value: Any) -> Any:
    """Keys of JSON are text."""
    if isinstance(value, dict):
        return {str(key).lower() if isinstance(key, bool) else str(key): _as_json(each) for key, each in value.items()}
    return [_as_json(each) for each in value] if isinstance(value, list) else value


def places(node: yaml.Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], yaml.Node]]:
    """Every node with its path, in which the file's own names and the places in lists are stars."""
    yield path, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from places(value, (*path, "*" if path and path[-1] in _OWN_KEYS else key.value))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from places(item, (*path, "*"))


def text_node(text: str) -> yaml.ScalarNode:
    mark = yaml.Mark("mine.yaml", 0, 0, 0, "", 0)
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, mark, mark, style='"')


def shapes(node: yaml.Node, *, has_own_keys: bool = False) -> Iterator[str]:
    """Spoil the shape of one node in one way after the other, and undo it: what was done.

    Of a mapping whose keys are the file's own only one is taken away.
    """
    if isinstance(node, yaml.MappingNode):
        whole = list(node.value)
        for number, (key, _) in enumerate(whole[:1] if has_own_keys else whole):
            node.value = whole[:number] + whole[number + 1 :]
            yield f"without {key.value}"
        node.value = [*whole, (text_node("surplus"), text_node("x"))]
        yield "with a surplus key"
        node.value = whole
    elif isinstance(node, yaml.SequenceNode):
        whole = list(node.value)
        mark = node.start_mark
        node.value = [*whole, yaml.SequenceNode("tag:yaml.org,2002:seq", [], mark, mark)]
        yield "with a list in it"
        node.value = whole
    elif isinstance(node, yaml.ScalarNode):
        was, tag = node.value, node.tag
        node.value, node.tag = "?! nothing of the kind", "tag:yaml.org,2002:str"
        yield "with other words"
        node.value, node.tag = was, tag


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_take_the_shipped_files(path: Path) -> None:
    root = composed(path)
    assert reader_takes(root)
    assert schema_takes(root)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_the_schema_refuses_the_reader_refuses_too(path: Path) -> None:
    """One place of each shape is spoiled in each way; what only the reader knows are references and free words."""
    root = composed(path)
    seen: set[tuple[str, ...]] = set()
    spoiled = 0
    for where, node in list(places(root)):
        if where in seen:
            continue
        seen.add(where)
        has_own_keys = where[-1:] != () and where[-1] in _OWN_KEYS
        for how in shapes(node, has_own_keys=has_own_keys):
            by_schema, by_reader = schema_takes(root), reader_takes(root)
            assert by_schema or not by_reader, f"the reader takes {'.'.join(where)} {how}, the schema does not"
            is_gone = has_own_keys and how.startswith("without")  # others name it, which no schema can tell
            if not isinstance(node, yaml.ScalarNode) and not is_gone:
                assert by_reader or not by_schema, f"the schema takes {'.'.join(where)} {how}, the reader does not"
            spoiled += 1
    assert spoiled > 200


def test_the_published_file_is_this_schema() -> None:
    """Written anew by `python -m campaign.schema`."""
    assert FILE.read_text("utf-8") == as_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(FILE.read_text("utf-8")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_editor_finds_the_schema_by_the_first_line(path: Path) -> None:
    assert path.read_text("utf-8").splitlines()[0] == f"# yaml-language-server: $schema={FILE.name}"
