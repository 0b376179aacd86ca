"""Urgency of a text by rules: how long may it wait (docs/label-guide.md).

`urgent` needs a danger to life or safety, a child in danger, or a disaster going on; `attention` a vulnerable person in hardship.
Dangers that are denied, over, supposed or a figure of speech don't count: each clause is read for that by itself.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Urgency(NamedTuple):
    """`label` is none, attention or urgent; `reasons` are the rules that fired, as codes, the gravest first."""

    label: str
    reasons: tuple[str, ...]


_CHILD = (
    r"(?:anak|bocah|bayi|balita|budak|bocil|arek|larenya|gadis|adik|orok|remaja|siswi|murid|putu|cucu"
    r"|keponakan|\d{1,3} th|\d{1,3} tahun)"
)
_WATER = r"(?:air|aer|cai|banyu|banjir|arus)"
_URGENT: tuple[tuple[str, str], ...] = (
    (
        "suicide",
        r"bunuh diri|mengakhiri hidup|akhiri hidup|gantung diri|(?:ingin|pengen|pingin|mau|lebih baik"
        r"|mending) mati\b(?! gaya)"
        r"|siapkan tali\w*|mungkasi|(?:ora|tidak|ga|gak) kuat (?:lagi )?(?:hidup|urip)|(?:don.?t|do not) want to live"
        r"|(?:capek|lelah|cape) hidup\b.*(?:udahan|selesai|akhir)|minum racun",
    ),
    (
        "child_violence",
        rf"{_CHILD}.{{0,60}}\b(?:dikunci (?:sendiri\w*|di kamar)|dipukul\w*|disiksa|dianiaya|diperkosa|dicabuli"
        rf"|disiram"
        rf"|disekap|dibacok|kena bacok|dinikahkan paksa|dipaksa (?:menikah|nikah|kawin)|kdrt|disundut|dikurung"
        rf"|dirante\w*|dirantai|dipasung"
        rf"|digebuk\w*|ditendang|dijual|di ?gebug\w*|digebugi|dihajar|digampar|dianiaya|dilecehkan|disodomi"
        rf"|disetrika|disundut|ditempeleng|dicekik|disabet\w*|diculik|lebam|bengkak|dibakar)"
        rf"|(?:memukul\w*|mukul\w*|menyiksa|memperkosa|mencabuli|aniaya|pencabulan|pelecehan|perkosaan|pemerkosaan"
        rf"|penganiayaan|penyekapan|eksploitasi seksual|kekerasan|siksa|pukul\w*|gebuk\w*)\b.{{0,50}}\b{_CHILD}"
        rf"|{_CHILD}\b.{{0,30}}\bmenjerit.{{0,80}}\b(?:tangan|bengkak|patah|memar|lebam|tolong|pukul\w*)",
    ),
    (
        "abandoned_child",
        r"(?:bayi|orok|balita|anak).{0,40}\b(?:dibuang|ditinggal(?:kan)? (?:di|dalam)|di kardus|ditemukan"
        r"|ditemokke|ditaro|ditaruh|tali pus\w+)"
        r"|(?:ditemukan|ditemokke|menemukan|nemu)\b.{0,30}\b(?:bayi|orok)\b",
    ),
    (
        "violence",
        r"\b(?:disekap|diperkosa|disiksa|dianiaya|diancam (?:akan )?dibunuh|dibacok|mucikari\w*"
        r"|perdagangan orang|dipukul majikan)\b"
        r"|\b(?:(?:me)?ngamuk|marah-marah)\b.{0,40}\b(?:golok|parang|pisau|celurit|lempar\w*|mbalang\w*)|\b(?:golok|parang"
        r"|celurit)\b.{0,40}\bngamuk",
    ),
    (
        "trapped",
        r"\b(?:terjebak|kejebak|tajebak|terkepung|terseret|tertimbun|ketimbun|katimbun|tertimpa|ketiban"
        r"|ketimpa|ka urug|tenggelam)\b|\b(?:di"
        r"|ning|ka) (?:atas )?(?:atap|genteng)\b"
        r"|(?:belum|blm|belom|durung) (?:di|ter|ke)? ?evakuasi|belum diungsikan|belom diungsiin|masih di dalam"
        r"|kirim perahu|butuh perahu",
    ),
    (
        "flood_now",
        rf"{_WATER}\b.{{0,40}}\b(?:sedada|sepinggang|seleher|selutut|masuk rumah|makin naik|naik cepat"
        rf"|terus naik|naik terus|deras|meluap)"
        r"|banjir bandang|tanggul\b.{0,25}\bjebol|galodo baru|kali meluap|rumah\w* (?:hanyut|hanyuik)|banjir (?:besar"
        r"|gede|gedhe) (?:sekarang|saiki|ayeuna|barusan)",
    ),
    (
        "disaster_now",
        r"\b(?:gempa|gampo|longsor|urug|lindu|kebakaran|erupsi|gunung (?:bitu|njeblug|meletus)|puting beliung"
        r"|angin ribut|tsunami)\b.{0,60}\b(?:barusan|bieu|sekarang"
        r"|saiki|ayeuna|tadi malam|ambruk|runtuh|runtuah|roboh|rubuh|lari|lalumpatan|berlarian|ka urug|makin besar"
        r"|belum terevakuasi|hilang|terjebak)|\bapi\b.{0,20}\b(?:makin|membesar|besar)|(?:damkar"
        r"|pemadam)\w*.{0,30}belum",
    ),
    (
        "hunger",
        r"(?:belum|tidak|ga|gak|kaga|kagak|ora|nggak|teu|belom|blm)\b ?(?:pada |bisa |acan )?(?:makan|mangan"
        r"|dahar|tuang)\b(?=.{0,40}\b(?:hari|dina|dinten|poe|kemarin|kemaren|lemas|lemes))"
        r"|(?:hari|dina|kemarin|kemaren)\b.{0,25}\b(?:belum|tidak|ga|gak|kaga|kagak|ora|nggak|teu|blm"
        r"|belom) (?:makan|mangan|dahar)"
        r"|bayi\w{0,20}.{0,30}\b(?:lemas|lemes)|hanya minum air",
    ),
    (
        "medical_emergency",
        r"\b(?:kejang\w*|sesak napas|sesak nafas|tidak sadar|pingsan (?=.*(?:tolong|makan|sekarang|barusan))"
        r"|muntah (?:darah|getih)|kritis|inkubator|sekarat|pendarahan|bibir\w* biru|tak bernapas)\b",
    ),
    ("call_for_help", r"\bsos\b|🆘"),
)
_VULNERABLE = (
    r"\b(?:lansia|nenek|kakek|simbah\w*|mbah|oma|opa|eyang|engkong|nini\d?|aki|gaek|orang tua renta|lumpuh"
    r"|stroke|difabel|disabilitas|tuli|netra|odgj|gangguan jiwa"
    r"|edan|gering jiwa|tuna wicara|bayi|balita|anak\w*|bocah|bocil|budak|yatim|piatu|ibu hamil|hamil"
    r"|pengungsi\w*|kembar|janda|tua umur|umur [6-9]\d|cucu|incu|putu\w*|korban)\b"
)
_HARDSHIP = (
    r"\b(?:sendiri(?:an)?|sebatang kara|telantar|terlantar|dibuang|linglung|gubuk|gubug|kolong jembatan"
    r"|emperan|trotoar|lampu merah|ngemis|mengemis|pengemis|dipasung"
    r"|dirantai|dirante|dikandangin|dikunci|gizi buruk|kurang gizi|kedinginan|menggigil|kelaparan|luka"
    r"|borok|sakit\w*|gering|diare|lara|demam|cuci darah|kemoterapi|hemodialisis"
    r"|talasemia|operasi|transfusi|obat|kontrol|berobat|paru|lumpuh|kursi roda|putus sekolah|tidak sekolah"
    r"|ditolak|reyot|ambruk|roboh|dilecehkan|hamil|eksploitasi|diusir|makan\w*"
    r"|selimut|tenda|air bersih|popok|susu|tidur di|turu ning|ora ono sing ngrumat|tidak terurus"
    r"|tidak ada yang mengurus|dipekerjakan|disuruh jualan|belum datang|belum sampai)\b"
)


def _in_order(*groups: str) -> str:
    """A word of each group, one after the other. The first of each is enough, found once from the beginning: from every place anew,
    a long text would take minutes."""
    *before, last = (rf"\b(?:{group})\b" for group in groups)
    return r"\A" + "".join(f"(?>.*?{one})" for one in before) + f".*{last}"


_ATTENTION: tuple[tuple[str, str], ...] = (
    (
        "illness",
        _in_order(
            r"cuci darah|hemodialisis|kemoterapi|transfusi|talasemia|operasi|opname|jantung|stroke|paru|gula darah",
            r"kis|pbi|bpjs|nonaktif|mati|ditolak|aktif\w*|tolong|mohon|bantu\w*",
        )
        + "|"
        + _in_order(
            r"kis|pbi|bpjs|kartu sehat",
            r"cuci darah|hemodialisis|kemoterapi|operasi|opname|kontrol\w*|obat|berobat|sakit|gering|ditolak|stroke"
            r"|jantung|paru",
        ),
    ),
    (
        "displaced",
        _in_order(
            r"pengungsi\w*|ngungsi\w*|mengungsi|posko|tenda|longsor|banjir|gempa|kebakaran",
            r"selimut|makan\w*|dahareun|logistik|air bersih|popok|tenda|obat|sakit\w*|diare|menggigil|bocor"
            r"|belum (?:datang|sampai|ada|dapat)|durung|terisolasi|habis|nasi|terpal|tikar",
        )
        + "|terisolasi",
    ),
    (
        "neglect",
        r"\b(?:telantar|terlantar|sebatang kara|linglung|manusia silver|odgj dipasung|dipasung|dirantai"
        r"|dirante|dikandangin|gizi buruk|kurang gizi|borok"
        r"|hidup sendiri|tinggal sendiri|sikile|ora ono sing ngrumat|tidak ada yang (?:kasih makan|urus|merawat))\b",
    ),
    (
        "old_and_unaided",
        _in_order(
            r"lansia|nenek|kakek|simbah\w*|mbah|oma|opa|nini\d?|aki|gaek|tua",
            r"belum|durung|tidak pernah|ora tau|teu|ndak|indak|berhenti|terhenti|eureun|tidak dapat|tidak ada|diputus"
            r"|mboten nate",
            r"bantuan|bansos|permakanan|makan\w*|dapat",
        )
        + "|"
        + _in_order(r"bantuan (?:lansia|permakanan)", r"eureun|terhenti|berhenti|ndak|belum|durung|diputus"),
    ),
    (
        "beggar_child",
        r"\b(?:anak\w*|bocah|bocil|balita|budak)\b.{0,40}\b(?:ngemis|mengemis|pengemis|ngamen|jualan|badut"
        r"|dipekerjakan|lampu merah|parapatan)\b",
    ),
    ("threat", r"\b(?:diancam|ancaman|takut lapor|mengancam)\b"),
)
# What takes the danger out of a clause (`_FIGURE`: out of the whole text, figures of speech and instruction).
_DENIED = re.compile(
    r"\b(?:tidak ada (?:korban|yang (?:luka|terluka|meninggal|hilang))|tidak sampai|bukan|untung\w*"
    r"|alhamdulillah|sudah (?:padam|surut|reda"
    r"|aman|selamat|dibenerkeun|diperbaiki|normal|dievakuasi)|udah (?:padam|surut|aman)"
    r"|ora ono sing rusak|ga ada korban|tidak jadi|hoaks?|hoax|tidak benar|bohong|hoaks|berjalan lancar"
    r"|tos dibenerkeun"
    r"|ora nganti)\b"
)
_OVER = re.compile(
    r"\b(?:(?:tahun|taun|bulan|minggu) (?:lalu|kemarin|kemaren|kepungkur|kamari|wingi)|dulu|dahulu"
    r"|waktu kecil|waktu itu|pernah|zaman|jaman|pasca\w*|(?:19|20)[0-2]\d|bertahun-tahun"
    r"|\w+ tahun (?:yang )?(?:lalu|kepungkur)|mengenang|peringatan|sejarah)\b"
)
_SUPPOSED = re.compile(
    r"(?<!diancam )\b(?:kalau|kalo|jika|jikalau|apabila|misal\w*|seandainya|andai|semoga|jangan sampai"
    r"|simulasi|latihan"
    r"|film|sinetron|drama|novel|lagu|game|ramalan|syarat\w*|cara|bagaimana|kapan|apakah"
    r"|berapa|prosedur|mekanisme|sebaiknya|harusnya|merehabilitasi|rehabilitasi|saran|usul)\b"
)
_FIGURE = re.compile(
    r"\b(?:kenali|pahami|cegah|edukasi|tips|waspadai)\b|\bwk\w*wk\w*|\bhaha|😂|🤣|mati (?:gaya|lampu|kutu"
    r"|rasa)|kebakaran jenggot|banjir (?:pujian|order\w*"
    r"|diskon|komentar|hadiah)|skripsi|\btugas\w*|\bujian|tenggelam dalam|jantung copot|gempa hati"
    r"|berasa kena|ketawa|ngakak|kayak (?:kena|gempa|banjir)|deadline|darurat (?:kopi|jodoh)|sakit hati"
    r"|kejang (?:ketawa"
    r"|tertawa)|serasa"
)
_CLAUSE = re.compile(r"[.!?;\n]+|,\s+(?=(?:tapi|namun|tetapi|sekarang|alhamdulillah|untung)\b)")

_URGENT_RULES = tuple((code, re.compile(pattern)) for code, pattern in _URGENT)
_ATTENTION_RULES = tuple((code, re.compile(pattern)) for code, pattern in _ATTENTION)
_WEAK, _NEED = re.compile(_VULNERABLE), re.compile(_HARDSHIP)
_WRONG = re.compile(
    r"\b(?:belum|blm|belom|durung|dereng|tidak|tak|ga|gak|kaga|kagak|ora|mboten|teu|indak|ndak|tolong"
    r"|mohon|minta|nyuwun|tulung|bantu\w*|lapor\w*|melaporkan|tolak\w*|ditolak|habis|berhenti|putus"
    r"|eureun|terhenti|mati|kosong|macet|punten|nyuhunkeun|ada|ono|aya|cuma|janji\w*|kasihan|kasian"
    r"|dibuang|hanya|😢|😭)\b|😢|😭"
)
# Nothing of the rules can match a text without one of these.
_MAYBE = re.compile(
    r"murid|leceh|cabul|sundut|bacok|nikah|kdrt|mati|gunung|gampo|runtu|hidup|urip|live|racun|tali|anak"
    r"|bocah|bayi|balita|budak|bocil|gadis|adik"
    r"|orok|seka|perkosa"
    r"|siksa|aniaya|bunuh|mucikari|golok|parang|pisau|jebak|atap|genteng|evakuasi|ungsi|air|aer|banjir"
    r"|tanggul|galodo|meluap|hanyu|gempa|longsor|lindu|bakar|erupsi|tsunami|beliung|api|makan|mangan|dahar"
    r"|kejang|sesak|pingsan|muntah|kritis|inkubator|sos|🆘|lansia|nenek|kakek|mbah|oma|opa|eyang|engkong"
    r"|nini|aki|gaek|lumpuh|stroke|difabel|disabil|odgj|jiwa|edan|yatim|janda|umur|lantar|sebatang|pasung"
    r"|rante|ranta|silver|linglung|gizi|kis|pbi|bpjs|darah|operasi|terisolasi|posko|tenda|cucu|incu|putu"
    r"|ancam|korban|dalam|orang|sadar|tenggelam|tuli|netra|hamil|tua|wicara|hemodialisis|transfusi"
    r"|talasemia|sakit|disiram|kurung|takut"
)


def urgency(normalised: str) -> Urgency:
    """The urgency of a normalised (masked) text. Pure; unknown words count for nothing."""
    text = normalised.lower()
    if not _MAYBE.search(text) or _FIGURE.search(text):
        return Urgency("none", ())
    real = [
        clause for clause in _CLAUSE.split(text) if clause and not (_DENIED.search(clause) or _SUPPOSED.search(clause))
    ]
    if not real:
        return Urgency("none", ())
    present = " . ".join(clause for clause in real if not _OVER.search(clause))
    urgent = tuple(code for code, rule in _URGENT_RULES if rule.search(present))
    if urgent:
        return Urgency("urgent", urgent)
    told = " . ".join(real)
    attention = [code for code, rule in _ATTENTION_RULES if rule.search(told)]
    weak, need = _WEAK.search(told), _NEED.search(told)
    if weak and need and weak.span() != need.span() and _WRONG.search(told):
        attention.append("vulnerable_in_need")
    return Urgency("attention", tuple(attention)) if attention else Urgency("none", ())
