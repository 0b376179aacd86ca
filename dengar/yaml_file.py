"""Read a YAML file that people edit: whatever is wrong with it is one plain sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml

T = TypeVar("T")


def read_yaml(file: Path, parse: Callable[[Any], T], error: type[ValueError]) -> T:
    """What `parse` makes of the file's content. `error` is raised for a file that cannot be read or is not of its form; what `parse` raises
    as `error` itself goes on as it is."""
    try:
        return parse(yaml.safe_load(file.read_text(encoding="utf-8")))
    except error:
        raise
    except OSError as problem:
        raise error(f"{file.name} cannot be read ({type(problem).__name__}): restore it.") from problem
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as problem:
        raise error(
            f"{file.name} is not of its form ({type(problem).__name__}: {problem}): compare it with the one shipped."
        ) from problem
