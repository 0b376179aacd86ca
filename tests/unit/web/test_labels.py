"""Correcting a label by hand, and who may."""

from __future__ import annotations

from tests.unit.web.world import TOKEN, Explorer

ADDRESS = "/mentions/yt:comment:1/labels"


def test_without_a_session_the_page_only_reads():
    explorer = Explorer("sandbox")
    page = explorer.get("/mentions/yt:comment:1")
    assert "hanya membaca" in page
    assert "/labels" not in page
    answer = explorer.client.post(ADDRESS, data={"intent": "praise"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    assert explorer.labels.labels == {}


def test_a_correction_is_published_as_dengar_label_set_does_and_can_be_taken_back():
    explorer = Explorer("sandbox")
    secret = explorer.sign_in("sari")
    answer = explorer.client.post(
        ADDRESS, data={"secret": secret, "intent": "question", "category": "", "note": "lihat utas"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/mentions/yt:comment:1?saved=1"
    label = explorer.labels.labels["yt:comment:1"]
    assert label["labels"]["intent"]["label"] == "question"
    assert label["labels"]["intent"]["by"] == "sari"
    assert label["labels"]["intent"]["against"]["label"] == "complaint"
    assert "category" not in label["labels"]
    page = explorer.get(answer.headers["location"])
    assert "Koreksi nomor 1 tersimpan" in page
    assert "<strong>pertanyaan</strong>" in page
    taken = explorer.client.post("/mentions/yt:comment:1/withdraw", data={"secret": secret, "field": "intent"})
    assert taken.status_code == 303
    assert explorer.labels.labels["yt:comment:1"]["labels"] == {}


def test_what_cannot_be_decided_is_told():
    explorer = Explorer("sandbox")
    secret = explorer.sign_in()
    for form, status in (({}, 400), ({"intent": "marah"}, 400), ({"language": "indonesia"}, 400)):
        assert explorer.client.post(ADDRESS, data={"secret": secret, **form}).status_code == status
    gone = explorer.client.post("/mentions/yt:comment:gone/labels", data={"secret": secret, "intent": "praise"})
    assert gone.status_code == 404
    assert explorer.labels.labels == {}


def test_a_form_from_elsewhere_changes_nothing():
    explorer = Explorer("sandbox")
    secret = explorer.sign_in()
    good = {"secret": secret, "intent": "praise"}
    assert explorer.client.post(ADDRESS, data={**good, "secret": "guessed"}).status_code == 403
    for headers in ({"origin": "https://jahat.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert explorer.client.post(ADDRESS, data=good, headers=headers).status_code == 403, headers
    assert explorer.labels.labels == {}
    assert explorer.client.post(ADDRESS, data=good, headers={"origin": "http://testserver"}).status_code == 303


def test_direct_messages_want_the_token():
    explorer = Explorer("sandbox")
    for address in ("/mentions/ig:message:6", "/search?messages=1"):
        answer = explorer.client.get(address)
        assert answer.status_code == 303
        assert "pesan rahasia" not in answer.text
    explorer.get("/conversations/ig:thread:9", 404)
    assert "pesan rahasia" not in explorer.get("/search?q=rahasia")
    explorer.sign_in()
    assert "pesan rahasia saya" in explorer.get("/mentions/ig:message:6")
    assert "pesan rahasia saya" in explorer.get("/search?q=rahasia&messages=1")
    assert "pesan rahasia saya" in explorer.get("/conversations/ig:thread:9")


def test_signing_out_ends_it():
    explorer = Explorer("sandbox")
    secret = explorer.sign_in()
    explorer.client.post("/sign-out", data={"secret": secret})
    assert "hanya membaca" in explorer.get("/mentions/yt:comment:1")


def test_a_wrong_token_opens_nothing_and_ten_of_them_make_it_wait():
    explorer = Explorer("sandbox")
    for _ in range(10):
        answer = explorer.client.post("/sign-in", data={"token": "tebak", "nickname": "sari"})
        assert answer.status_code == 403
        assert "dengar_session" not in answer.cookies
    assert explorer.client.post("/sign-in", data={"token": TOKEN, "nickname": "sari"}).status_code == 429


def test_a_nickname_is_no_sentence_and_the_way_back_is_ours():
    explorer = Explorer("sandbox")
    assert explorer.client.post("/sign-in", data={"token": TOKEN, "nickname": "<b>"}).status_code == 400
    for then in ("https://jahat.example", "//jahat.example", "/\\jahat.example", "javascript:alert(1)"):
        answer = explorer.client.post("/sign-in", data={"token": TOKEN, "nickname": "sari", "then": then})
        assert answer.headers["location"] == "/", then


def test_beyond_loopback_every_page_wants_the_token():
    explorer = Explorer("sandbox", guarded=True)
    for address in ("/", "/search", "/health", "/mentions/yt:comment:1", "/why"):
        answer = explorer.client.get(address)
        assert answer.status_code == 303, address
        assert answer.headers["location"].startswith("/sign-in")
    explorer.sign_in()
    explorer.get("/")
