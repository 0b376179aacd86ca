"""A small schema with one of everything, and a folder in which it is published as 1.0.0: what the tests of the policy break."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from dengar.schemas import build

NAME = "reading"
PLAIN = """
$schema: https://json-schema.org/draft/2020-12/schema
$id: /reading/1.0.0
title: reading
description: One reading of one instrument.
type: object
additionalProperties: false
required: [id, at, kind, place]
properties:
  id: {type: string, maxLength: 64, x-dengar-class: processing, description: "id of the reading"}
  at: {type: string, format: date-time, maxLength: 40, x-dengar-class: processing, description: "when it was read, UTC"}
  kind: {enum: [rain, wind], x-dengar-class: processing, description: "what was read"}
  fixed: {const: true, x-dengar-class: processing, description: "always so"}
  level: {type: [integer, "null"], minimum: 0, maximum: 900, x-dengar-class: derived, x-dengar-unit: count, description: "how much"}
  code: {type: string, pattern: "^[a-z]{2,3}$", x-dengar-class: processing, description: "code of the station"}
  marks:
    type: array
    maxItems: 9
    x-dengar-class: derived
    description: "what was noticed"
    items: {$ref: "#/$defs/mark"}
  counts:
    type: object
    maxProperties: 20
    propertyNames: {maxLength: 30}
    additionalProperties: {type: integer, minimum: 0, maximum: 99}
    x-dengar-class: processing
    x-dengar-unit: count
    description: "how often, by sort"
  place:
    type: object
    additionalProperties: false
    required: [name]
    x-dengar-class: processing
    description: "where"
    properties:
      name: {type: string, minLength: 1, maxLength: 80, description: "name of the place"}
      height: {type: [number, "null"], minimum: -500, maximum: 9000, x-dengar-unit: number, description: "metres above the sea"}
$defs:
  mark:
    type: object
    additionalProperties: false
    required: [label]
    properties:
      label: {type: string, maxLength: 20, description: "the mark"}
      share: {type: number, minimum: 0, maximum: 1, x-dengar-unit: share, description: "share of the readings"}
examples:
  - id: r1
    at: '2026-11-24T09:00:00.000Z'
    kind: rain
    fixed: true
    level: 3
    code: jkt
    marks: [{label: late, share: 0.5}]
    counts: {drops: 2}
    place: {name: Sukamaju, height: 12.5}
"""


def plain() -> dict[str, Any]:
    """A fresh copy of the schema."""
    schema: dict[str, Any] = yaml.safe_load(PLAIN)
    return schema


def save(folder: Path, schema: dict[str, Any]) -> None:
    """Make it the current one."""
    (folder / NAME / "current.yaml").write_text(yaml.safe_dump(schema, sort_keys=False), encoding="utf-8")


def published(folder: Path) -> Path:
    """Publish 1.0.0 in an empty folder; the folder."""
    (folder / NAME).mkdir()
    save(folder, plain())
    assert build(folder) == [f"{NAME}/1.0.0.json"]
    return folder
