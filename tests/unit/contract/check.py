"""The published contract as a judge of requests and of answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = Path("tests", "fixtures", "openapi", "pixxel-v0.openapi.yaml")
PNG = b"\x89PNG\r\n\x1a\n"

_METHODS = ("get", "post", "put", "patch", "delete")
_URN = "urn:pixxel"


class Excuse(NamedTuple):
    """A disagreement between pages of the documentation that no server can settle."""

    status: int
    reason: str


EXCUSES = (
    Excuse(
        403,
        "docs.pixxel.space/developer/gettingstarted/authentication.md: a missing or wrong key is answered by 403 at "
        "every operation, also where the schema of the operation lists no 403",
    ),
)


@dataclass(frozen=True)
class Operation:
    """One operation of the document, its path's parameters and its own together."""

    id: str
    method: str
    path: str
    tag: str
    parameters: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any] | None
    responses: Mapping[str, Mapping[str, Any]]

    def place_of(self, path: str) -> dict[str, str] | None:
        """Return what stands in a path for the names in braces; ``None`` where the path is another's."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        found = re.fullmatch(pattern, path)
        return {name: unquote(text) for name, text in found.groupdict().items()} if found else None


class Contract:
    """Requests and answers which the OpenAPI document allows."""

    def __init__(self, path: Path) -> None:
        self.document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.operations = tuple(_operations(self.document))
        self._registry: Registry[Any] = Registry().with_resource(_URN, Resource(self.document, DRAFT202012))

    def operation(self, method: str, path: str) -> Operation:
        """Return the operation a request is meant for; a fixed path comes before one with names in braces.

        Raises:
            LookupError: there is none.
        """
        fits = [o for o in self.operations if o.method == method.upper() and o.place_of(path) is not None]
        if not fits:
            raise LookupError(f"{method} {path} is no operation")
        return min(fits, key=lambda operation: operation.path.count("{"))

    def check(self, method: str, path: str, status: int, answer: Any) -> list[str]:
        """Return what is wrong with a JSON answer of the operation at a path of the document."""
        operation = next(o for o in self.operations if (o.method, o.path) == (method.upper(), path))
        body = json.dumps(answer).encode()
        return self.faults_of_answer(operation, status, "application/json", body)

    def faults_of_request(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> list[str]:
        """Return what is wrong with a request as it was sent."""
        parts = urlsplit(address)
        try:
            operation = self.operation(method, parts.path)
        except LookupError as error:
            return [str(error)]
        query = parse_qsl(parts.query, keep_blank_values=True)
        return [
            *self._faults_of_path(operation, parts.path),
            *self._faults_of_query(operation, query),
            *self._faults_of_body(operation, headers.get("content-type", ""), body),
        ]

    def faults_of_answer(self, operation: Operation, status: int, content_type: str, body: bytes) -> list[str]:
        """Return what is wrong with an answer."""
        documented = operation.responses.get(str(status))
        if documented is None:
            return [] if _is_excused(status) else [f"{status} is not documented for {operation.id}"]
        content = documented.get("content", {})
        if not content:
            return [f"{operation.id} has no body at {status}"] if body.strip() else []
        kind = content_type.partition(";")[0].strip()
        if kind not in content and "*/*" not in content:
            return [f"{kind} is not documented for {operation.id} at {status}"]
        return self._faults_of_content(kind, content.get(kind, content.get("*/*"))["schema"], body)

    def _faults_of_content(self, kind: str, schema: Mapping[str, Any], body: bytes) -> list[str]:
        if kind == "application/json":
            return self.faults_of_value(schema, _parsed(body))
        if kind == "image/png":
            return [] if body.startswith(PNG) else ["no PNG"]
        return self.faults_of_value(schema, body.decode())

    def _faults_of_path(self, operation: Operation, path: str) -> list[str]:
        given = operation.place_of(path) or {}
        return [f for name, text in given.items() for f in self._faults_of_text(operation, "path", name, text)]

    def _faults_of_query(self, operation: Operation, query: list[tuple[str, str]]) -> list[str]:
        names = [name for name, _ in query]
        missing = [p["name"] for p in operation.parameters if p["in"] == "query" and p.get("required")]
        return [
            *(f"query: {name} is required" for name in missing if name not in names),
            *(f"query: {name} comes twice" for name in sorted(set(names)) if names.count(name) > 1),
            *(f for name, text in query for f in self._faults_of_text(operation, "query", name, text)),
        ]

    def _faults_of_text(self, operation: Operation, place: str, name: str, text: str) -> list[str]:
        known = next((p for p in operation.parameters if (p["in"], p["name"]) == (place, name)), None)
        if known is None:
            return [f"{place}: {name} is not documented for {operation.id}"]
        is_number = known["schema"].get("type") in ("integer", "number")
        value = int(text) if is_number and re.fullmatch(r"-?\d+", text) else text
        return [f"{place} {name}: {fault}" for fault in self.faults_of_value(known["schema"], value)]

    def _faults_of_body(self, operation: Operation, content_type: str, body: bytes) -> list[str]:
        if operation.body is None:
            return [f"{operation.id} takes no body"] if body else []
        if not body:
            return [f"{operation.id} needs a body"] if operation.body.get("required") else []
        if content_type.partition(";")[0].strip() != "application/json":
            return [f"a body of {content_type or 'no type'}"]
        schema = operation.body["content"]["application/json"]["schema"]
        value = _parsed(body)
        return [*self.faults_of_value(schema, value), *self._unknown_names(schema, value, "body")]

    def faults_of_value(self, schema: Mapping[str, Any], value: Any) -> list[str]:
        """Return where a value is not what a schema of the document says."""
        validator = Draft202012Validator(_absolute(schema), registry=self._registry)
        return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(value)]

    def _unknown_names(self, schema: Mapping[str, Any], value: Any, place: str) -> list[str]:
        """Return names nobody documented: the schema lets them pass, a misspelt one would be lost silently."""
        schema = self.resolved(schema)
        if isinstance(value, list) and isinstance(schema.get("items"), dict):
            inner = ((schema["items"], item, f"{place}[{n}]") for n, item in enumerate(value))
        elif isinstance(value, dict) and "properties" in schema:
            known = schema["properties"]
            strange = [] if schema.get("additionalProperties") else [n for n in value if n not in known]
            if strange:
                return [f"{place}: {strange} not documented"]
            inner = ((known[n], item, f"{place}.{n}") for n, item in value.items() if n in known)
        else:
            return []
        return [fault for part in inner for fault in self._unknown_names(*part)]

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a schema of the document without the reference it may be."""
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema


@cache
def contract_at(root: Path) -> Contract:
    """Return the contract kept with the tests of a checkout."""
    return Contract(root / DOCUMENT)


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                raw = item[method]
                parameters = (*item.get("parameters", ()), *raw.get("parameters", ()))
                yield Operation(
                    raw["operationId"],
                    method.upper(),
                    path,
                    raw["tags"][0],
                    parameters,
                    raw.get("requestBody"),
                    raw["responses"],
                )


def _is_excused(status: int) -> bool:
    return any(excuse.status == status for excuse in EXCUSES)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        return f"not JSON: {error}"


def _absolute(schema: Any) -> Any:
    """Return a schema whose references name the document they point into."""
    if isinstance(schema, list):
        return [_absolute(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: f"{_URN}{part}" if name == "$ref" and part.startswith("#") else _absolute(part)
        for name, part in schema.items()
    }
