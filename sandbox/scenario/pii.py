"""Invented personal data and numbers that only look like it.

The NIKs are well formed (region, birth date, serial) but carry serials from 9000 up, which are not handed out in practice;
phone numbers have subscriber parts that start with 0000; addresses use the reserved example domains. None belongs to anybody.
"""

from __future__ import annotations

from random import Random

_REGIONS = ("320405", "330812", "350703", "317402", "180611", "127105", "520307", "730901")


def nik(random: Random) -> str:
    """A well-formed 16-digit NIK; women's birth day is raised by 40."""
    day = random.randint(1, 28) + random.choice((0, 40))
    return f"{random.choice(_REGIONS)}{day:02d}{random.randint(1, 12):02d}{random.randint(50, 99):02d}{random.randint(9000, 9999)}"


def _family_card(random: Random) -> str:
    region, day, month = random.choice(_REGIONS), random.randint(1, 28), random.randint(1, 12)
    return f"{region}{day:02d}{month:02d}{random.randint(10, 22)}{random.randint(9000, 9999)}"


def _phone(random: Random) -> str:
    prefix, tail = random.choice(("0812", "0857", "0878", "+62813", "+62 896")), f"{random.randint(1000, 9999)}"
    join = random.choice(("", "-", " "))
    return f"{prefix}{join}0000{join}{tail}"


def plant(random: Random, handle: str) -> tuple[str, dict[str, str]]:
    """A sentence part with one invented datum, and {kind, value} as it stands in it."""
    kind = random.choice(("nik", "nik", "kk", "phone", "phone", "email", "bank_account"))
    if kind == "nik":
        value = nik(random)
        text = random.choice(("NIK saya {v}", "ini NIK {v} tolong dicek", "NIK: {v} mohon bantu", "no ktp {v}"))
    elif kind == "kk":
        value = _family_card(random)
        text = random.choice(("no KK {v}", "KK kami {v}", "nomor kartu keluarga {v}"))
    elif kind == "phone":
        value = _phone(random)
        text = random.choice(("hubungi {v}", "WA saya {v}", "nomor hp {v} ya", "telp {v} kapan saja"))
    elif kind == "email":
        value = f"{handle.replace('_', '.')}@{random.choice(('example.com', 'example.org'))}"
        text = random.choice(("balas ke {v}", "surel saya {v}", "kirim ke {v} ya"))
    else:
        value = f"{random.randint(10**14, 10**15 - 1)}"
        text = random.choice(("rekening BRI {v} kosong", "no rek BRI {v} belum masuk"))
    return text.replace("{v}", value), {"kind": kind, "value": value}


def decoy(random: Random) -> str:
    """A sentence part whose number is nobody's: a receipt, a complaint number, an amount, a date."""
    return random.choice(
        (
            f"nomor aduan ADU-{random.randint(10000, 99999)}-2026",
            f"kode resi 00{random.randint(10**13, 10**14 - 1)}0",
            f"antrean nomor {random.randint(1, 400)} dari tadi",
            f"total belanja Rp{random.randint(1, 9)}.{random.randint(100, 999)}.000",
            f"seri barang 9999{random.randint(10**11, 10**12 - 1)}",
            f"tanggal {random.randint(1, 28)}-{random.randint(1, 12):02d}-2026 kemarin",
        )
    )
