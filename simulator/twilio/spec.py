"""Checks each call of the bot against Twilio's published descriptions."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker

from simulator.twilio.calls import Call

DEFAULT_PLACE = Path(__file__).parents[3] / "shared" / "specs"
FILES = ("twilio-messages.json", "twilio-content.json")
_formats = FormatChecker(formats=())


@_formats.checks("uri")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and urlsplit(value).netloc)


def load_spec(folder: str | Path | None = None) -> Spec | None:
    """The descriptions in this folder, or in the usual place; None if they are not there."""
    named = folder or os.environ.get("SIMULATOR_TWILIO_SPECS")
    place = Path(named) if named else DEFAULT_PLACE
    if not all((place / name).is_file() for name in FILES):
        if named:
            raise FileNotFoundError(f"there are no descriptions of Twilio at {place}")
        return None
    return _read(place)


@lru_cache(maxsize=4)
def _read(place: Path) -> Spec:
    return Spec([json.loads((place / name).read_text(encoding="utf-8")) for name in FILES])


class Spec:
    """The addresses that Twilio has, and what each of them takes and gives."""

    def __init__(self, descriptions: list[dict[str, Any]]) -> None:
        self._paths = {
            path: (shape, description["components"])
            for description in descriptions
            for path, shape in description["paths"].items()
        }

    def violations(self, call: Call, template: str) -> list[str]:
        """What is wrong with a call, each fault in a sentence."""
        # The file of a medium has the address of its description, without the ending.
        shape, components = self._paths.get(template) or self._paths.get(template + ".json") or ({}, {})
        operation = shape.get(call.verb.lower())
        if operation is None:
            return [f"{call.method}: the description knows no {call.verb} {template}"]
        fields = operation.get("parameters", ())
        given = {place: _typed(value, _of(fields, place)) for place, value in call.places.items()}
        faults = list(_faults(_schema(fields, "path"), given, components))
        body = next(iter(operation.get("requestBody", {}).get("content", {}).items()), None)
        schema = _schema(fields, "query") if body is None else _resolved(body[1]["schema"], components)
        values = {
            name: value if body and body[0] == "application/json" else _typed(value, schema["properties"].get(name, {}))
            for name, value in call.parameters.items()
        }
        faults += _faults({**schema, "additionalProperties": False}, values, components)
        return [f"{call.method}: {fault}" for fault in faults]

    def answer_faults(self, template: str, verb: str, answer: Any, status: int) -> list[str]:
        """What is wrong with an answer of the simulator itself."""
        shape, components = self._paths[template]
        content = shape[verb.lower()]["responses"][str(status)].get("content")
        if not content:
            return []
        schema = {**_nullable(content["application/json"]["schema"]), "components": _nullable(components)}
        # Twilio itself gives addresses without a host where its description promises whole ones.
        return [error.message for error in Draft202012Validator(schema).iter_errors(answer)]


def _schema(fields: Any, place: str) -> dict[str, Any]:
    wanted = [field for field in fields if field["in"] == place]
    return {
        "type": "object",
        "properties": {field["name"]: field["schema"] for field in wanted},
        "required": [field["name"] for field in wanted if field.get("required")],
    }


def _of(fields: Any, name: str) -> dict[str, Any]:
    return next((field["schema"] for field in fields if field["name"] == name), {})


def _resolved(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = components["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found


def _typed(value: Any, schema: dict[str, Any]) -> Any:
    """A value from the wire as what it is meant to be; as it stands if that cannot be."""
    kind = schema.get("type")
    try:
        if kind == "integer":
            return int(value)
        if kind == "number":
            return float(value)
    except ValueError:
        return value
    if kind == "boolean":
        return {"true": True, "false": False}.get(str(value).lower(), value)
    return value


def _faults(schema: dict[str, Any], value: Any, components: dict[str, Any]) -> Iterator[str]:
    validator = Draft202012Validator({**schema, "components": components}, format_checker=_formats)
    for error in validator.iter_errors(value):
        where = ".".join(str(step) for step in error.absolute_path)
        yield f"{where}: {error.message}" if where else error.message


def _nullable(schema: Any) -> Any:
    """The description in words that the checker knows: it has no `nullable`."""
    if isinstance(schema, list):
        return [_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: _nullable(each) for name, each in schema.items()}
    if changed.pop("nullable", None) is True and isinstance(changed.get("type"), str):
        changed["type"] = [changed["type"], "null"]
    return changed
