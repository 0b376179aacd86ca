"""What a head is while it is trained: labelled rows, directions, and the numbers that steer the fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dengar.enrich.train.corpus import Corpus


@dataclass(frozen=True)
class Row:
    """One labelled text, as its source has it (not masked, not normalised: the harness does that).

    - `source` names where it comes from; leave-one-source-out scores leave these out.
    - `group` is never split between folds: a template, a translated sentence, a channel.
    - `offered` are the labels the source's annotators could choose between; None: all of the head's. A text that a two-class
      set calls positive may well be neutral, so it must not teach what neutral is not.
    - `calibrates`: counts when scores are turned into probabilities (and when thresholds are set).
    """

    text: str
    label: str
    source: str
    group: str
    weight: float = 1.0
    offered: frozenset[str] | None = None
    calibrates: bool = True


@dataclass(frozen=True)
class Direction:
    """A two-sided linear classifier: texts of `yes` labels against texts of `no` labels; other rows are not used.

    A row of a source that offers labels of one side only is not used either. `strength` is the inverse regularisation C.
    """

    name: str
    yes: frozenset[str]
    no: frozenset[str]
    strength: float = 0.3

    def uses(self, row: Row) -> bool:
        """Whether the row teaches this direction."""
        if row.label not in self.yes and row.label not in self.no:
            return False
        return row.offered is None or bool(row.offered & self.yes and row.offered & self.no)


@dataclass(frozen=True)
class HeadSpec:
    """A head to train. Register it in `dengar.enrich.train.registry`.

    `rows` draws the labelled texts from the corpus. `directions` default to one label against the rest. `preference` multiplies
    a label's probability when the label is chosen. `sure` is the share of right answers wanted above the `uncertain` band.
    `related` weighs what unlabelled texts say about words (`dengar.enrich.train.related`); 0: nothing.
    """

    name: str
    labels: tuple[str, ...]
    rows: Callable[[Corpus], Sequence[Row]]
    directions: tuple[Direction, ...] = ()
    preference: dict[str, float] = field(default_factory=dict)
    sure: float = 0.9
    strength: float = 0.3
    related: float = 0.0

    def all_directions(self) -> tuple[Direction, ...]:
        """The directions named, or one against the rest for each label."""
        return self.directions or one_against_rest(self.labels, self.strength)


def one_against_rest(labels: Sequence[str], strength: float = 0.3) -> tuple[Direction, ...]:
    """A direction for each label; a single one where there are but two labels."""
    known = frozenset(labels)
    chosen = labels[1:] if len(labels) == 2 else labels
    return tuple(Direction(label, frozenset({label}), known - {label}, strength) for label in chosen)
