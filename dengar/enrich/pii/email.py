"""E-mail addresses, also spelled to dodge machines: `(at)`, `[at]`, `%40`, "nama at gmail dot com".

Mailboxes of an office at a government domain (pengaduan@….go.id) are public information and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dengar.enrich.pii.lexicon import listed
from dengar.enrich.pii.span import Found
from dengar.enrich.pii.view import View

_AT = r"(?:@|%40|\s{0,2}[\[({<]\s?(?:at|a|et|@)\s?[\])}>]\s{0,2})"
_DOT = r"(?:\.|\s{0,2}[\[({<]\s?(?:dot|titik|\.)\s?[\])}>]\s{0,2})"
_USER = r"(?<![a-z0-9_%+-])[a-z0-9_%+-]{1,64}(?:\.[a-z0-9_%+-]{1,64}){0,10}"
# Bounded repetitions: ten thousand characters of "a.a.a…" must not take a second.
_PLAIN = re.compile(rf"{_USER}{_AT}(?:[a-z0-9-]{{1,63}}{_DOT}){{1,8}}(?P<tld>[a-z]{{2,24}})(?![a-z@])")
_SIGN = re.compile(r"@|%40|[\[({<]\s?(?:at|a|et)\s?[\])}>]|\s(?:at|et|pake at|keong)\s|mail")
_PROVIDER = r"(?:gmail|gmial|yahoo|ymail|rocketmail|outlook|hotmail|icloud|live|proton(?:mail)?|googlemail|mail)"
_SPELLED_DOT = r"(?:\s{0,2}\.\s{0,2}|\s(?:dot|titik)\s|\s?\((?:dot|titik)\)\s?)"
_END = r"(?:com|co\.id|co id|co dot id|co titik id|id|net|org|me|go\.id|sch\.id|ac\.id)"
_WORDED = re.compile(
    rf"(?<![\w.+-])[a-z0-9_+-]{{2,40}}(?:(?:\.|\s(?:dot|titik)\s)[a-z0-9_+-]{{1,40}}){{0,4}}"
    rf"(?:\s(?:at|et|keong)\s(?:(?P<p>{_PROVIDER}){_SPELLED_DOT}|(?P<d>[a-z0-9-]{{2,40}})\s(?:dot|titik)\s)"
    rf"|\s?@\s(?P<q>{_PROVIDER}){_SPELLED_DOT}|\s@\s?(?P<r>{_PROVIDER}){_SPELLED_DOT}"
    rf"|@(?P<t>{_PROVIDER})(?:\s(?:dot|titik)\s|\s(?=com\b)))"
    rf"{_END}(?![a-z0-9])"
)
_BARE = re.compile(r"(?<![\w.@+/-])[a-z][a-z0-9._]{3,40}(?:gmail|yahoo|ymail)\.(?:com|co\.id)(?![\w-])")
_ROLE = re.compile(
    r"(?:info|humas|pengaduan|aduan|layanan|kontak|contact|admin|sekretariat|ppid|helpdesk|help|cs|support|halo|hallo|lapor|pusdatin|"
    r"setjen|ditjen\w*|biro\w*|pusat\w*|dinsos|dinas\w*|persuratan|webmaster|redaksi|noreply|no-reply|callcenter|bansos|"
    r"cekbansos|kontakkami)\w*@"
)


def detect(view: View) -> Iterator[Found]:
    """E-mail addresses of the text."""
    lower = view.lower
    if not _SIGN.search(lower):
        return
    for match in _PLAIN.finditer(lower):
        if match["tld"] in listed("no_domain") or (_ROLE.match(match[0]) and match[0].endswith(".go.id")):
            continue
        yield Found("email", match.start(), match.end(), 1.0)
    for pattern in (_WORDED, _BARE):
        for match in pattern.finditer(lower):
            yield Found("email", match.start(), match.end(), 0.97)
