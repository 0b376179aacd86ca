"""Saved searches as files, and the alerts of what they find: the same for the same mentions, and old news is not told."""

from datetime import UTC, datetime, timedelta

import pytest

from dengar.index.results import QueryError
from dengar.records import timestamp
from dengar.schemas import validator
from dengar.searches.matching import EACH, raised
from dengar.searches.saved import Saved, SearchesError, remove, save, saved

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def mention(number: int, minutes: int = 5) -> dict:
    return {
        "id": f"yt:comment:{number}",
        "platform": "youtube",
        "observed_at": timestamp(NOW - timedelta(minutes=minutes)),
    }


def test_what_is_saved_is_read_again(tmp_path):
    one = Saved("pungli", '"pungutan liar" NEAR/10 kartu', "urgent")
    save(Saved("pungli", "pungli"), tmp_path)
    save(one, tmp_path)
    save(Saved("b4nsos", "b4nsos blm cair"), tmp_path)
    assert saved(tmp_path) == ([Saved("b4nsos", "b4nsos blm cair"), one], [])
    remove("b4nsos", tmp_path)
    assert saved(tmp_path)[0] == [one]
    with pytest.raises(SearchesError, match="no saved search"):
        remove("../pungli", tmp_path)


def test_what_cannot_be_asked_is_not_saved(tmp_path):
    with pytest.raises(QueryError):
        save(Saved("a", "bansos ("), tmp_path)
    for one in (Saved("A b", "bansos"), Saved("../a", "bansos"), Saved("a", "bansos", "loud")):
        with pytest.raises(SearchesError):
            save(one, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_bad_file_stops_no_other(tmp_path):
    save(Saved("baik", "bansos"), tmp_path)
    (tmp_path / "rusak.yaml").write_text("query: 'bansos ('", encoding="utf-8")
    (tmp_path / "kosong.yaml").write_text("", encoding="utf-8")
    found, wrong = saved(tmp_path)
    assert [one.name for one in found] == ["baik"]
    assert [sentence.split()[3] for sentence in wrong] == ["kosong.yaml", "rusak.yaml"]


def test_alerts_fit_their_schema_and_a_repeat_is_the_same():
    one = Saved("pungli", "pungli", "urgent")
    found = {"pungli": [mention(1), mention(2)]}
    first = raised([one], found, NOW, mute=False)
    assert [alert["links"] for alert in first] == [["yt:comment:1"], ["yt:comment:2"]]
    assert all(validator("alert").is_valid(alert) for alert in first)
    assert {alert["kind"] for alert in first} == {"saved_search"}
    assert raised([one], found, NOW + timedelta(minutes=1), mute=False) == first
    assert raised([Saved("lain", "pungli")], {"lain": [mention(1)]}, NOW, mute=False)[0]["id"] != first[0]["id"]


def test_a_flood_is_one_alert():
    found = {"a": [mention(number) for number in range(EACH + 1)]}
    (alert,) = raised([Saved("a", "a")], found, NOW, mute=False)
    assert str(EACH + 1) in alert["title"]["id"]
    assert len(alert["links"]) == 20
    assert validator("alert").is_valid(alert)


@pytest.mark.parametrize(("minutes", "mute", "muted"), [(5, False, False), (5, True, True), (7 * 60, False, True)])
def test_old_news_and_replays_are_recorded_and_not_delivered(minutes, mute, muted):
    (alert,) = raised([Saved("a", "a")], {"a": [mention(1, minutes)]}, NOW, mute=mute)
    assert alert["muted"] is muted
