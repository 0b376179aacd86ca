"""The state of a watch as JSON and back: plain values, arrays, and objects of dengar.trends alone, each object once.

Not pickle: a state file is read from shared storage, and what reads it must not run what it says. Unchanged code reads what it wrote;
after a change of fields, or of this form, the state is refused and the watch learns again from the index.
"""

from __future__ import annotations

import base64
import zlib
from collections import Counter, deque
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import numpy as np
import orjson

FORM = 3
"""Raise it where an object of a watch gains or loses a field: what was written before is refused then."""
MODULES = (
    "heard",
    "baseline",
    "detector",
    "threshold",
    "events",
    "crisis",
    "families",
    "rising",
    "sketch",
    "topics",
    "claims",
    "hoax",
    "watch",
)


class StateError(ValueError):
    """The state cannot be read: it is of another version, or damaged. Learning again replaces it."""


def freeze(state: Any) -> bytes:
    """Compressed JSON of an object of dengar.trends and all that it holds."""
    objects: list[Any] = []
    body = _plain(state, objects, {})
    return zlib.compress(orjson.dumps({"form": FORM, "state": body, "objects": objects}), 1)


def thaw(data: bytes) -> Any:
    """The object that was frozen. Raises StateError."""
    try:
        told = orjson.loads(zlib.decompress(data))
        if told["form"] != FORM:
            raise StateError(f"the state has form {told['form']}, this code reads {FORM}")
        made: list[Any] = [object.__new__(_class(row["class"])) for row in told["objects"]]
        for one, row in zip(made, told["objects"], strict=True):
            for name, value in row["fields"].items():
                object.__setattr__(one, name, _thawed(value, made))
        return _thawed(told["state"], made)
    except StateError:
        raise
    except (zlib.error, orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise StateError(f"the state cannot be read ({type(error).__name__})") from error


def _class(name: str) -> type:
    module, _, kind = name.partition(":")
    if module not in MODULES:
        raise StateError(f"the state holds an object of {module}")
    found = getattr(import_module(f"dengar.trends.{module}"), kind)
    if not isinstance(found, type):
        raise StateError(f"the state names {name}, which is no class")
    return found


def _plain(value: Any, objects: list[Any], known: dict[int, int]) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, timedelta):
        return {"d": value.total_seconds()}
    if isinstance(value, np.ndarray):
        packed = base64.b64encode(zlib.compress(value.tobytes(), 1)).decode()
        return {"a": [value.dtype.str, list(value.shape), packed]}
    if isinstance(value, dict):
        pairs = [[_plain(key, objects, known), _plain(one, objects, known)] for key, one in value.items()]
        return {"c" if isinstance(value, Counter) else "m": pairs}
    if isinstance(value, set | frozenset):
        return {"s" if isinstance(value, set) else "f": sorted((_plain(one, objects, known) for one in value), key=str)}
    if isinstance(value, deque):
        return {"q": [[_plain(one, objects, known) for one in value], value.maxlen]}
    if isinstance(value, list):
        return {"l": [_plain(one, objects, known) for one in value]}
    if isinstance(value, tuple):
        inner = [_plain(one, objects, known) for one in value]
        return {"n": [_name(value), inner]} if hasattr(value, "_fields") else {"u": inner}
    return {"o": _object(value, objects, known)}


def _object(value: Any, objects: list[Any], known: dict[int, int]) -> int:
    if (place := known.get(id(value))) is not None:
        return place
    place = known[id(value)] = len(objects)
    objects.append(None)
    names = getattr(value, "__dict__", None) or dict.fromkeys(type(value).__slots__)
    held = {name: _plain(getattr(value, name), objects, known) for name in names}
    objects[place] = {"class": _name(value), "fields": held}
    return place


def _name(value: Any) -> str:
    kind = type(value)
    return f"{kind.__module__.removeprefix('dengar.trends.')}:{kind.__qualname__}"


def _thawed(value: Any, made: list[Any]) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, held),) = value.items()
    match kind:
        case "t":
            return datetime.fromisoformat(held)
        case "d":
            return timedelta(seconds=held)
        case "a":
            flat = np.frombuffer(zlib.decompress(base64.b64decode(held[2])), dtype=np.dtype(held[0]))
            return flat.reshape(held[1]).copy()
        case "m" | "c":
            pairs = {_thawed(key, made): _thawed(one, made) for key, one in held}
            return Counter(pairs) if kind == "c" else pairs
        case "q":
            return deque((_thawed(one, made) for one in held[0]), maxlen=held[1])
        case "n":
            return _class(held[0])(*(_thawed(one, made) for one in held[1]))
        case "o":
            return made[held]
    inner = [_thawed(one, made) for one in held]
    return {"l": list, "u": tuple, "s": set, "f": frozenset}[kind](inner)
