"""The AsyncAPI document is one by the specification's schema, and by the official parser."""

import copy
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from deploy.contracts import asyncapi
from deploy.contracts.catalogue import needs_of_services, versions
from deploy.contracts.golden import load
from tests.contracts.examples import GOLDEN

HERE = Path(__file__).parent
SPECIFICATION = HERE / "asyncapi" / "3.1.0.json"
PARSER = HERE / "parser"
DOCUMENT: dict[str, Any] = asyncapi.document(versions(), tuple(needs_of_services()), load(GOLDEN))
BY_SCHEMA = Draft7Validator(json.loads(SPECIFICATION.read_text()))


def test_the_specifications_schema_is_the_published_one() -> None:
    found = sha256(SPECIFICATION.read_bytes()).hexdigest()
    assert f"`{found}`" in (HERE / "asyncapi" / "README.md").read_text()


def test_the_document_is_valid_by_the_specifications_schema() -> None:
    assert [error.message for error in BY_SCHEMA.iter_errors(DOCUMENT)] == []


SPOILS: dict[str, Callable[[dict[str, Any]], object]] = {
    "an unknown action": lambda found: found["operations"]["membership.says.MemberLeft"].update(
        action="shout"
    ),
    "an operation without a channel": lambda found: found["operations"][
        "membership.says.MemberLeft"
    ].pop("channel"),
    "an unknown key": lambda found: found["channels"]["membership.MemberLeft"].update(subject="x"),
    "another version": lambda found: found.update(asyncapi="2.0.0"),
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_the_specifications_schema_does_judge(spoil: Callable[[dict[str, Any]], object]) -> None:
    spoilt = copy.deepcopy(DOCUMENT)
    spoil(spoilt)
    assert not BY_SCHEMA.is_valid(spoilt)


def test_the_names_are_such_that_the_schema_looks_behind_them() -> None:
    names = [name for found in DOCUMENT["components"].values() for name in found]
    assert [name for name in names if not re.fullmatch(r"[\w.\-]+", name, re.ASCII)] == []


def test_every_version_is_on_its_channel_and_only_the_current_one_is_said() -> None:
    channel = DOCUMENT["channels"]["membership.MemberLeft"]
    assert channel["address"] == (
        "kkmp.membership.{province}.{city}.{kecamatan}.{kelurahan}.member.{entity}.MemberLeft"
    )
    assert list(channel["messages"]) == ["v2", "v1"]
    said = DOCUMENT["operations"]["membership.says.MemberLeft"]
    assert [found["$ref"] for found in said["messages"]] == [
        "#/channels/membership.MemberLeft/messages/v2"
    ]
    heard = DOCUMENT["operations"]["inventory.hears.membership.MemberLeft"]
    assert [found["$ref"] for found in heard["messages"]] == [
        "#/channels/membership.MemberLeft/messages/v1",
        "#/channels/membership.MemberLeft/messages/v2",
    ]


def test_the_parser_is_pinned_and_names_no_registry() -> None:
    lock = json.loads((PARSER / "package-lock.json").read_text())["packages"]
    found = {name: set(package) for name, package in lock.items() if name}
    assert all("integrity" in keys and "resolved" not in keys for keys in found.values())


MESSAGES: dict[str, dict[str, Any]] = DOCUMENT["components"]["messages"]


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_what_was_recorded_is_what_the_message_promises(message: dict[str, Any]) -> None:
    (example,) = message["examples"]
    for part in ("headers", "payload"):
        judge = Draft7Validator(message[part] | {"components": DOCUMENT["components"]})
        assert [error.message for error in judge.iter_errors(example[part])] == []
    headers = Draft7Validator(message["headers"] | {"components": DOCUMENT["components"]})
    for name in ("ce-type", "ce-dataschema", "ce-specversion", "ce-sequence", "ce-id"):
        assert not headers.is_valid(example["headers"] | {name: 7}), name


def test_the_official_parser_has_nothing_to_say_about_it_and_much_about_a_spoilt_one() -> None:
    node = shutil.which("node")
    if node is None or not (PARSER / "node_modules").is_dir():
        reason = "the official parser is not here: npm ci --prefix tests/contracts/parser"
        print(reason)
        pytest.skip(reason)
    spoilt = copy.deepcopy(DOCUMENT)
    del spoilt["channels"]["membership.MemberLeft"]
    done = subprocess.run(
        [node, PARSER / "check.mjs"],
        input=json.dumps([json.dumps(DOCUMENT), json.dumps(spoilt)]),
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    good, bad = json.loads(done.stdout)
    assert good == {
        "channels": len(DOCUMENT["channels"]),
        "operations": len(DOCUMENT["operations"]),
        "findings": [],
    }
    assert bad["findings"] != []
