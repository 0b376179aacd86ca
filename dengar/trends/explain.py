"""One plain paragraph of a trend, in Indonesian and English, composed of the facts of its record and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dengar.policy import OFF
from dengar.records import JAKARTA

_MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
_WHERE = {"youtube": "YouTube", "instagram": "Instagram", None: "YouTube dan Instagram"}


def wib(time: str, language: str = "id") -> str:
    """`24 November pukul 15.50 WIB` of a record's time."""
    at = datetime.fromisoformat(time).astimezone(JAKARTA)
    if language == "id":
        return f"{at.day} {_MONTHS[at.month - 1]} pukul {at:%H.%M} WIB"
    return f"{at:%d %B %H:%M} WIB"


def explain(record: Mapping[str, Any]) -> dict[str, str]:
    """`{id, en}` of a trend record, at most 2,000 characters each."""
    return {"id": " ".join(_indonesian(record))[:2000], "en": " ".join(_english(record))[:2000]}


def _indonesian(record: Mapping[str, Any]) -> list[str]:
    where, label = _WHERE[record["platform"]], f"“{record['label']}”"
    since, observed, usual = wib(record["start"]), f"{record['observed']:.0f}", f"{record['expected']:.0f}"
    said = {
        "topic": f"Sejak {since}, pembicaraan tentang {label} di {where} naik: {observed} dalam satu jam, biasanya {usual}.",
        "crisis": f"Sejak {since}, keluhan di {where} naik menjadi {observed}, biasanya {usual}, terutama tentang {label}.",
        "hoax": f"Sejak {since}, {label} disalin {record['mentions']} kali di {where}; ini dugaan, perlu diperiksa orang.",
    }
    told = [said[record["kind"]], f"Sedikitnya {record['authors']} orang ikut; tingkat {record['severity']} dari 10."]
    if (lead := record.get("lead")) and lead["platform"]:
        told.append(f"{_WHERE[lead['platform']]} lebih dulu, sekitar {lead['lag_ms'] // 60_000} menit.")
    if record["kind"] != "hoax" and record.get("copied_share"):
        told.append(f"{100 * record['copied_share']:.0f} persen berupa salinan yang mirip.")
    if hoax := record.get("hoax"):
        state = " dan sudah lebih ramai dari hoaksnya" if hoax["overtaken"] else ", tetapi belum menyusul"
        clear = f"Klarifikasi resmi terbit {wib(hoax['clarified_at'])}{state}." if hoax["clarified_at"] else None
        told.append(clear or "Belum ada klarifikasi resmi.")
    if record.get("off_by_policy"):
        told.append(f"Tidak dihitung ({OFF}): {', '.join(record['off_by_policy'])}.")
    return told


def _english(record: Mapping[str, Any]) -> list[str]:
    where, label = _WHERE[record["platform"]].replace(" dan ", " and "), f"“{record['label']}”"
    since, observed, usual = wib(record["start"], "en"), f"{record['observed']:.0f}", f"{record['expected']:.0f}"
    said = {
        "topic": f"Since {since} talk of {label} on {where} rose: {observed} in an hour, usually {usual}.",
        "crisis": f"Since {since} grievances on {where} rose to {observed}, usually {usual}, above all about {label}.",
        "hoax": f"Since {since} {label} was copied {record['mentions']} times on {where}; this is a suspicion for a person to check.",
    }
    told = [
        said[record["kind"]],
        f"At least {record['authors']} people took part; severity {record['severity']} of 10.",
    ]
    if (lead := record.get("lead")) and lead["platform"]:
        told.append(f"{_WHERE[lead['platform']]} led by about {lead['lag_ms'] // 60_000} minutes.")
    if record["kind"] != "hoax" and record.get("copied_share"):
        told.append(f"{100 * record['copied_share']:.0f} percent are near copies.")
    if hoax := record.get("hoax"):
        state = " and is carried more than the hoax" if hoax["overtaken"] else ", and has not overtaken it yet"
        clear = (
            f"The official clarification came {wib(hoax['clarified_at'], 'en')}{state}."
            if hoax["clarified_at"]
            else None
        )
        told.append(clear or "There is no official clarification yet.")
    if record.get("off_by_policy"):
        told.append(f"Off by policy: {', '.join(record['off_by_policy'])}.")
    return told
