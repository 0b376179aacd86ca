"""Rules of `dengar.enrich.scam`: the words of baits, hooks and warnings, and the hosts that count as public or as shorteners."""

from __future__ import annotations

_PHONE = r"\[TELEPON\]|\b0?8\d{2}[ -]?\d{4}[ -]?\d{3,5}\b"
_CLAIMED = r"\b(?:daftar|klaim|ambil|isi data|dapatkan)\b"
# code → (weight, pattern). Patterns run on lower-cased text, except that placeholders stay as they are.
HOOKS: dict[str, tuple[int, str]] = {
    "asks_data": (
        2,
        r"(?:kirim(?:kan)?|isi(?:kan)?|masuk(?:k)?an|serahkan|setor(?:kan)?|berikan|kasih|sebutkan|ketik"
        r"|upload|unggah|lengkapi|siapkan|foto(?:kan)?|balas|krm|kirimno|kirimake|kintun(?:keun)?)"
            r"\b(?:\W+\w+){0,5}?\W+(?:nik|ktp|e-ktp|no(?:mor)? ?kk|kk|kartu keluarga|pin|otp|kode verifikasi|cvv"
            r"|no(?:mor)? rek\w*|rekening|rek|data diri|foto diri|swafoto|selfie|buku tabungan|nama ibu kandung"
            r"|password|kata sandi|no(?:mor)? kartu|kks)\b",
    ),
    "asks_secret": (
        3,
        (
            r"(?:kirim(?:kan)?|sebutkan|berikan|kasih|balas|ketik|masuk(?:k)?an|forward|teruskan|infokan|minta"
            r"|konfirmasi)\b(?:\W+\w+){0,4}?\W+(?:pin|otp|cvv|kode verifikasi|kode rahasia|password|kata sandi)\b"
        ),
    ),
    "asks_fee": (
        2,
        r"(?:biaya|bayar|transfer|tf|setor|kirim(?:kan)?|mahar|uang|dp|beli)\b(?:\W+\w+){0,4}?\W*(?:admin\w*"
        r"|pendaftaran|registrasi|aktivasi|materai|meterai|pajak|penebusan|pencairan|pengurusan|pelicin"
        r"|jaminan|verifikasi|ongkir hadiah)\b"
        r"|(?:cukup|hanya|cuma|dengan) (?:bayar|transfer|tf|setor|membayar|mentransfer|ganti)\b"
        r"|\b(?:transfer|tf|bayar|setor) (?:dulu |dahulu |saja |aja |cuma )?(?:rp\.? ?)?\d+",
    ),
    "offers_entry": (
        2,
        r"(?:bisa|siap|saya|kami|dapat|jasa|terima)\W+(?:\w+\W+)?(?:bantu(?:in)?|urus(?:in|kan)?|loloskan"
        r"|lolosin|masuk(?:in|kan)|daftar(?:in|kan)|aktifkan|mengaktifkan|percepat|turunkan desil|cairkan"
        r"|cairin)\b"
            r"|jalur (?:dalam|orang dalam|khusus|belakang)|pasti (?:lolos|cair|dapat)|dijamin (?:lolos|cair|dapat)"
            r"|(?:jasa|joki) (?:daftar|urus|pendaftaran|pengurusan|turun desil)|tanpa (?:survei|verifikasi|antri"
            r"|ribet)",
    ),
    "contact_to_register": (
        2,
        rf"(?:daftar|pendaftaran|registrasi|klaim|ambil|info lengkap|minat|berminat|mau dapat|cair\w*"
        rf"|konfirmasi|aktivasi)\b.{{0,60}}?(?:{_PHONE}|\b(?:wa|whatsapp|inbox|japri|tele(?:gram)?|dm)\b)"
            rf"|(?:\b(?:wa|whatsapp|hubungi|hub|chat|inbox|japri|kontak|telp|call|tele(?:gram)?|dm)\b.{{0,25}}?"
            rf"|^)(?:{_PHONE}|\b(?:saya|kami|admin|sini|aja|ke nomor)\b).{{0,50}}?\b(?:daftar|pendaftaran|klaim"
            rf"|cair\w*|dapat(?:kan)?|diproses|didata|aktivasi|lolos)\b",
    ),
    "claim_link": (
        2,
        r"(?:klik|kunjungi|buka|akses|daftar(?:kan)?|klaim|cek|isi|ambil|login|masuk)\b.{0,50}?(?:\blink\b"
        r"|\btautan\b|\bdi bio\b|https?://\S+|www\.\S+|\b[\w.-]{1,100}\.(?:com|xyz|top|site|online|my\.id|info|live"
        r"|click|shop|vip|link|club|app|example)\b|\b[\w-]{1,63}\.(?:ly|id|me|gl|at|cc|gd)/\S)"
        rf"|(?:https?://|www\.)(?:\S++.{{0,40}}?{_CLAIMED}|\S{{1,200}}{_CLAIMED})",
    ),
    "copy_status": (
        2,
        (
            r"salin (?:status|pesan|tulisan|teks|dan tempel)|copas (?:status|ini|ke)|copy ?paste (?:status|ini)"
            r"|(?:kirim|sebar(?:kan)?|bagikan|teruskan|share|forward)\w* (?:pesan |link "
            r"|info )?(?:ini )?ke(?:pada)? (?:\d+|sepuluh|lima belas|semua|seluruh) (?:\w+ )?(?:grup|group|kontak"
            r"|teman|orang|nomor)|tulis di komentar (?:nama|nik|aamiin)"
        ),
    ),
    "install_file": (3, r"\b(?:download|unduh|instal(?:l)?|pasang|buka)\b.{0,30}?(?:\.apk\b|\bapk\b|file undangan)|\b[\w-]{1,60}\.apk\b"),
    "pay_first": (1, r"\b(?:dulu|dahulu|dhisik)\b.{0,15}?\b(?:baru|lalu|kemudian|sebelum|nanti)\b"),
    "private_contact": (
        1,
        r"\b(?:di|ke|lewat|via|nang|ka|dm|chat) (?:inbox|japri|dm|wa|whatsapp|tele(?:gram)?|messenger)\b|\[TELEPON\]",
    ),
    "hurry": (
        1,
        (
            r"\b(?:terakhir (?:malam ini|hari ini|besok)|hari ini (?:saja|terakhir)|kuota (?:terbatas|tinggal"
            r"|sisa)|buruan|jangan sampai (?:ketinggalan|terlewat)|sebelum (?:hangus|ditutup|dihapus)"
            r"|segera (?:klaim|daftar|ambil)|slot terbatas|siapa cepat)\b"
        ),
    ),
}  # fmt: skip
BAIT = (
    r"\b(?:bansos(?:nya|mu)?|bantuan(?:nya|mu)?|pkh|bpnt|blt|bsu|kks|kis|dtks|dtsen|desil|subsidi|hibah"
    r"|santunan|dana (?:bantuan|hibah|tunai|kaget|desa)|sembako|kartu prakerja|prakerja|kip|beasiswa"
    r"|bantosan|kemensos|kemnaker|kementerian|pemerintah|mensos"
    r"|hadiah|undian|giveaway|pemenang|bagi-bagi|bagi bagi|uang tunai|saldo (?:dana|gratis)|kpm"
    r"|penerima manfaat|pencairan|cair)\b"
)
_UNIT = r"(?:juta|jt|jeti)"
AMOUNT = rf"(?:rp\.? ?)?(\d{{1,15}}(?:[.,]\d{{1,15}})?) ?{_UNIT}\b|rp\.? ?((?:\d{{1,3}}\.){{2,}}\d{{3}})\b"
# Words of those who warn, doubt, report or tell: a lure does not say of itself that it may be one.
WARNS = (
    r"\b(?:(?:s?udah|sdh|udh|telanjur|terlanjur) (?:transfer|tf|bayar|setor)|calo|(?:tidak ada|tanpa"
    r"|bebas) biaya|beredar|melaporkan|hoaks|hoax|penipu\w*|tipu\w*|ketipu|tertipu|kena tipu|palsu"
    r"|waspada\w*|hati-hati|hati hati"
    r"|hati2|awas|ati2|ati-ati|jangan (?:\w+ ){0,2}(?:percaya|klik|kasih|berikan|kirim|transfer|mau"
    r"|tertipu|pernah|sekali|bagikan|isi|serahkan|sebarkan|membagikan|memberikan|mudah)"
    r"|tidak (?:benar|pernah|memungut|meminta)|bukan dari|scam\w*|modus|mengaku|ngaku|mencatut"
    r"|mengatasnamakan|oknum|gratis tanpa biaya|tanpa dipungut|tidak dipungut|dilaporkan|lapor(?:kan|in)?"
    r"|nyaris|hampir)\b"
    r"|\b(?:katanya|benar(?:kah)?|bener|apakah|apa betul|betul|resmi|asli|leres)\b[^.!]{0,200}\?|\bya (?:min|kak"
    r"|pak|bu)\b[^.!]{0,200}\?|\b(?:disuruh|dimintai|dimintak|dipungut|diminta(?:in)?|dipotong|kok (?:harus"
    r"|disuruh))\b"
    # Who pleads for his own aid leaves his number too.
    r"|\b(?:saya|sy|aku|kami|kula|abdi)\W+(?:(?!bisa\b|siap\b|yang\b|bantu)\w+\W+){0,2}"
    r"(?:belum|blm|tidak|tdk|gak|ga|gk|nggak|ngga|enggak|tak|durung|teu acan)\W+(?:pernah\W+|juga\W+|kunjung\W+)?"
    r"(?:cair|dapat|dpt|dapet|terima|menerima|turun|sampai|masuk|keluar|kebagian|terdaftar|didata)\b"
)
SHORT = frozenset(
    (
        "bit.ly",
        "s.id",
        "tinyurl.com",
        "cutt.ly",
        "shorturl.at",
        "t.ly",
        "rebrand.ly",
        "is.gd",
        "linktr.ee",
        "heylink.me",
        "lynk.id",
        "wa.me",
        "t.me",
        "rb.gy",
        "shorturl.asia",
        "forms.gle",
    )
)
TRUSTED_ENDINGS = (".go.id", ".ac.id", ".sch.id", ".mil.id", ".desa.id")
TRUSTED = frozenset(
    (
        "youtube.com",
        "youtu.be",
        "instagram.com",
        "facebook.com",
        "tiktok.com",
        "x.com",
        "twitter.com",
        "detik.com",
        "kompas.com",
        "tempo.co",
        "antaranews.com",
        "cnnindonesia.com",
        "cnbcindonesia.com",
        "tribunnews.com",
        "liputan6.com",
        "play.google.com",
        "apps.apple.com",
        "kitabisa.com",
    )
)

# What no lure can do without: a cheap look before the costly ones.
ANY = (
    r"https?:|www\.|\.(?:com|id|xyz|top|site|online|my|info|live|click|link|ly|me|apk|example)\b"
    r"|\[telepon\]|\b0?8\d{2}[ -]?\d{4}|link|tautan|\bbio\b|\bwa\b|whatsapp|inbox|japri|tele\b|telegram"
    r"|\bdm\b|hub\b|hubungi"
    r"|bayar|biaya|transfer|\btf\b|setor|mahar|admin|\bpin\b|\botp\b|\bnik\b|\bktp\b|\bkk\b|rekening"
    r"|\brek\b|data diri|salin|copas|copy|sebar|bagikan|teruskan|share|forward|\bapk\b|lolos|jalur|dijamin"
    r"|bantuin|pasti cair|jasa|joki|juta|\bjt\b"
)
