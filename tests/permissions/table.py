"""The table of `routes.toml`: its rows, the routes it must name, and the request a row makes."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from tests.permissions.world import World
from tests.pictures import picture

FILE = Path(__file__).with_name("routes.toml")
USUAL = {"number": "post", "comment": "comment", "space": "general", "username": "the-author"}
"""What stands for a parameter of an address where the row names nothing else."""
TENANT = "/c/<community>"
_PARAMETER = re.compile(r"<(?:[a-z_]+:)?([a-z_]+)>")
_FIELDS = {"who", "body", "query", "confirm", "json", "why", "file"}


@dataclass(frozen=True)
class Row:
    """One method of one rule, and who gets what."""

    method: str
    rule: str
    who: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    query: str = ""
    confirm: bool = False
    file: bool = False
    """Whether a picture is sent, as the field `file`."""

    @property
    def key(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def is_tenant(self) -> bool:
        return self.rule.startswith(TENANT)

    @property
    def is_unsafe(self) -> bool:
        return self.method != "GET"

    def path(self, world: World, slug: str, role: str) -> str:
        """The address as this role would ask for it in this community."""
        def value(found: re.Match[str]) -> str:
            name = found[1]
            if name == "community":
                return slug
            return world.find(self.parameters.get(name) or USUAL.get(name, f"own_{name}"), slug, role)

        return _PARAMETER.sub(value, self.rule) + (f"?{self._filled(self.query, world, slug, role)}" if self.query else "")

    def form(self, world: World, slug: str, role: str) -> dict[str, object] | None:
        """The body, things in braces filled in."""
        if self.file:
            return {"file": (io.BytesIO(picture()), "picture.png")}
        if self.body is None:
            return None
        return {name: self._filled(value, world, slug, role) if isinstance(value, str) else value
                for name, value in self.body.items()}

    @staticmethod
    def _filled(text: str, world: World, slug: str, role: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: world.find(found[1], slug, role), text)


def read(text: str) -> list[Row]:
    """The rows of a table in TOML. Raises ValueError for a row nobody could mean."""
    return [_row(key, value) for section in tomllib.loads(text).values() for key, value in section.items()]


def _row(key: str, value: object) -> Row:
    method, _, rule = key.partition(" ")
    facts = dict(value) if isinstance(value, dict) else {"who": value}
    names = set(_PARAMETER.findall(rule))
    unknown = set(facts) - _FIELDS - names
    if unknown:
        raise ValueError(f"{key}: {', '.join(sorted(unknown))} is neither a field of a row nor a parameter of the rule")
    return Row(method, rule, str(facts["who"]), {name: facts[name] for name in names if name in facts}, facts.get("body"),
               facts.get("query", ""), facts.get("confirm", False), facts.get("file", False))


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Every method of every rule, as the table writes it."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule}", rule


def differences(app: Flask, rows: list[Row]) -> list[str]:
    """Routes without a row, and rows without a route, as sentences that say what to do."""
    known = {row.key for row in rows}
    real = dict(routes(app))
    return [
        f'{key}: has no row. Add to [{rule.endpoint.partition(".")[0]}] in tests/permissions/routes.toml: "{key}" = "…"'
        for key, rule in sorted(real.items(), key=lambda item: item[0]) if key not in known
    ] + [f"{key}: this row has no route. Remove it from tests/permissions/routes.toml" for key in sorted(known - set(real))]


ROWS = read(FILE.read_text())
