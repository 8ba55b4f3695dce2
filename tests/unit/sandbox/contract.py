"""The published contract as a judge of answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012


class Contract:
    """Answers which the OpenAPI document allows."""

    def __init__(self, path: Path) -> None:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._paths = document["paths"]
        resource = Resource(document, DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource("urn:pixxel", resource)

    def check(self, method: str, path: str, status: int, answer: Any) -> list[str]:
        """Return what is wrong with a JSON answer."""
        operation = self._paths[path][method]
        if str(status) not in operation["responses"]:
            return [f"{status} is not documented for {method} {path}"]
        content = operation["responses"][str(status)]["content"]
        schema = self._absolute(content["application/json"]["schema"])
        validator = Draft202012Validator(schema, registry=self._registry)
        return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(answer)]

    @staticmethod
    def _absolute(schema: dict[str, Any]) -> dict[str, Any]:
        reference = schema.get("$ref")
        return {"$ref": f"urn:pixxel{reference}"} if reference else schema
