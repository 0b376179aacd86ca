"""Progress as plain lines: each step, and a download at its quarters."""

import pytest

from dengar.local.progress import Bars, Lines, shown


def test_a_download_is_told_at_each_quarter(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    lines.expect("kafka", 8_000_000, "downloading kafka")
    for _ in range(80):
        lines.advance("kafka", 100_000)
    lines.done("kafka", "up")
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.splitlines() == [
        "kafka: downloading kafka (8 MB)",
        "kafka: 2 of 8 MB",
        "kafka: 4 of 8 MB",
        "kafka: 6 of 8 MB",
        "kafka: 8 of 8 MB",
        "kafka: up",
    ]


def test_without_a_terminal_lines_are_shown() -> None:
    with shown() as progress:
        assert isinstance(progress, Lines)


def test_bars_have_one_row_a_part() -> None:
    bars = Bars()
    bars.expect("kafka", 100, "downloading")
    bars.advance("kafka", 40)
    bars.note("airflow", "migrating")
    assert [(task.fields["part"], task.completed, task.total) for task in bars.rich.tasks] == [
        ("kafka", 40, 100),
        ("airflow", 0, None),
    ]
    bars.done("kafka", "up")
    assert bars.rich.tasks[0].finished
