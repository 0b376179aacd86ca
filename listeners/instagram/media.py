"""Sources `instagram.accounts`, `instagram.media`, `instagram.tags`: own accounts, their media and stories, and media that tag them."""

from __future__ import annotations

from collections.abc import Iterator

from listeners.instagram import split
from listeners.instagram.watch import Watch
from listeners.item import RawItem

USER_FIELDS = "id,username,name,followers_count,follows_count,media_count,biography,website"
MEDIA_FIELDS = (
    "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count,media_url,thumbnail_url,"
    "shortcode,username,owner,children{id,media_type,media_url,permalink}"
)
TAGGED_FIELDS = "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count,username"
MEDIA_PAGES = 20
TAG_PAGES = 4


class Accounts:
    """See listeners.source.Source."""

    name = "instagram.accounts"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def poll(self) -> Iterator[list[RawItem]]:
        """One page for an account."""
        return self._watch.each_own(self._account)

    def _account(self, account: str) -> Iterator[list[RawItem]]:
        row = self._watch.instagram.get(account, fields=USER_FIELDS)
        yield split.user(row, self._watch.context(account, "accounts", account, fields=USER_FIELDS))


class Media:
    """See listeners.source.Source. Walks the newest 1,000 media of an account; deletions are told by complete walks only."""

    name = "instagram.media"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def poll(self) -> Iterator[list[RawItem]]:
        """A page for 50 media, then the active stories, then what was deleted."""
        return self._watch.each_own(self._all)

    def _all(self, account: str) -> Iterator[list[RawItem]]:
        yield from self._posts(account)
        yield from self._stories(account)

    def _posts(self, account: str) -> Iterator[list[RawItem]]:
        known = self._watch.media.setdefault(account, {})
        context = self._watch.context(f"{account}/media", "media", account)
        walked, complete = set(), True
        for body in self._watch.instagram.pages(account, "media", most=MEDIA_PAGES, fields=MEDIA_FIELDS, limit=50):
            items = []
            for row in split.rows(body):
                walked.add(row["id"])
                known[row["id"]] = row
                items += split.media(row, context)
            complete = not body.get("paging", {}).get("next")
            yield items
        missing = [identity for identity in known if identity not in walked] if complete else []
        for identity in missing:
            if not self._watch.instagram.exists(identity):
                del known[identity]
                self._watch.deleted.append((account, identity))
                yield [split.gone("media", identity, context.within(post_id=f"ig:media:{identity}"))]

    def _stories(self, account: str) -> Iterator[list[RawItem]]:
        """A story that is no longer listed has expired or was deleted: nothing tells which, so nothing is said."""
        context = self._watch.context(f"{account}/stories", "stories", account)
        active = {}
        for body in self._watch.instagram.pages(account, "stories", fields=MEDIA_FIELDS, limit=50):
            items = []
            for row in split.rows(body):
                active[row["id"]] = row
                items += split.media(row, context, story=True)
            yield items
        self._watch.stories[account] = active


class Tags:
    """See listeners.source.Source."""

    name = "instagram.tags"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def poll(self) -> Iterator[list[RawItem]]:
        """A page for 50 media."""
        return self._watch.each_own(self._tagged)

    def _tagged(self, account: str) -> Iterator[list[RawItem]]:
        context = self._watch.context(f"{account}/tags", "tags", None, "public")
        for body in self._watch.instagram.pages(account, "tags", most=TAG_PAGES, fields=TAGGED_FIELDS, limit=50):
            yield [item for row in split.rows(body) for item in split.media(row, context)]
