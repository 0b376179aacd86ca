"""What each path of the Graph API answers: parameters in, body out, as of a moment. Raises GraphError."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sandbox.instagram.demographics import METRICS as DEMOGRAPHICS
from sandbox.instagram.demographics import demographics
from sandbox.instagram.edges import Page, edge, limit_of
from sandbox.instagram.errors import GraphError, gone, invalid
from sandbox.instagram.fields import Field, parse
from sandbox.instagram.hashtags import carrying, tag_id, tag_names
from sandbox.instagram.insights import account_insights, media_insights
from sandbox.instagram.limits import Limits
from sandbox.instagram.nodes import Graph
from sandbox.scenario.lives import UNLISTED
from sandbox.scenario.world import Actor, Item, World

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One GET: `node` and the edge `rest` behind it (or ""), asked at `now`."""

    graph: Graph
    node: str
    rest: str
    fields: tuple[Field, ...] | None
    query: Mapping[str, str]
    page: Page
    now: datetime


class Calls:
    """The Graph of one world. `now` is asked anew for each call."""

    def __init__(self, world: World, limits: Limits, now: Callable[[], datetime]) -> None:
        self.world, self.limits, self._now = world, limits, now
        self.own = {a.id: a for a in world.readable("instagram")}
        self._tags = tag_names(world)

    def answer(self, path: list[str], query: Mapping[str, str], address: str) -> tuple[Body, dict[str, str]]:
        """(body, usage headers) of a GET on /<version>/<path…>; `address` is the URL without query, for paging.next."""
        now = self._now()
        node, rest = path[0], path[1] if len(path) > 1 else ""
        fields = parse(query["fields"]) if query.get("fields") else None
        account = self._account(node, query)
        app_wide = node == "ig_hashtag_search" or node in self._tags or rest == "recently_searched_hashtags"
        app_wide = app_wide or any(f.name == "business_discovery" for f in fields or ())
        headers = self.limits.spend(account.id, app_wide, now)
        root = address.removesuffix("/".join(path)).rstrip("/")
        graph = Graph(self.world, now, account, root, query.get("access_token", ""))
        page = Page(
            limit_of(query.get("limit"), 25, 50 if rest in ("comments", "replies") else 100),
            query.get("after"),
            address,
            tuple(query.items()),
        )
        if self.limits.rows_per_answer and rest and page.limit > self.limits.rows_per_answer:
            raise GraphError(
                1, "Please reduce the amount of data you're asking for, then retry your request", status=500
            )
        return self._route(Call(graph, node, rest, fields, query, page, now)), headers

    def _account(self, node: str, query: Mapping[str, str]) -> Actor:
        """Whose call it is: the node itself, `user_id`, or the owner of the object."""
        identity = query.get("user_id", node)
        if identity in self.own:
            return self.own[identity]
        for kind in ("media", "comment"):
            item = self.world.by_id.get(f"ig:{kind}:{node}")
            post = item.post or item if item is not None else None
            if post is not None and post.author.id in self.own:
                return post.author
        if not self.own:
            raise gone(node)
        return next(iter(self.own.values()))

    def _route(self, call: Call) -> Body:
        node, rest, now = call.node, call.rest, call.now
        if node == "ig_hashtag_search":
            return self._hashtag_search(call)
        if node in self._tags and (rest or call.query.get("user_id") or call.fields is not None):
            return self._hashtag(call)
        if node in self.own:
            return self._user(call, self.own[node])
        media = self.world.find(f"ig:media:{node}", now)
        if media is not None and media.author.id in self.own and not _expired(media, now):
            return self._media(call, media)
        comment = self.world.find(f"ig:comment:{node}", now)
        if comment is not None and comment.post is not None and comment.post.author.id in self.own:
            if rest == "replies":
                return call.graph.replies(comment, call.fields, call.page)
            if not rest:
                return call.graph.comment(comment, call.fields)
        raise gone(node)

    def _media(self, call: Call, media: Item) -> Body:
        if call.rest == "":
            return call.graph.media(media, call.fields, "own")
        if call.rest == "comments":
            return call.graph.comments(media, call.fields, call.page)
        if call.rest == "insights":
            return media_insights(media, _names(call.query.get("metric", "")), call.now)
        if call.rest == "children" and media.format == "carousel":
            return dict(call.graph.media(media, (Field("children", {}, call.fields),), "own")["children"])
        raise gone(media.id)

    def _user(self, call: Call, actor: Actor) -> Body:
        graph, query, page, now = call.graph, call.query, call.page, call.now
        posts = self.world.posts.get(actor.record_id, [])
        since, until = _time(query.get("since")), _time(query.get("until"))
        if call.rest == "":
            return self._user_fields(graph, actor, call.fields or (Field("id"),), now)
        if call.rest == "media":
            kept = [p for p in reversed(posts) if p.format not in UNLISTED and p.visible(now)]
            kept = [
                p
                for p in kept
                if (since is None or p.published_at >= since) and (until is None or p.published_at < until)
            ]
            return edge(_until(kept), lambda m: graph.media(m, call.fields, "own"), now, page)
        if call.rest == "stories":
            active = [p for p in reversed(posts) if p.format == "story" and p.visible(now) and not _expired(p, now)]
            return edge(_until(active), lambda m: graph.media(m, call.fields, "own"), now, page)
        if call.rest == "tags":
            tagged = [i for i in reversed(self.world.items) if i.extra.get("tagged") == actor.id and i.visible(now)]
            return edge(_until(tagged), lambda m: graph.media(m, call.fields, "tagged"), now, page)
        if call.rest == "insights":
            total, names = query.get("metric_type") == "total_value", _names(query.get("metric", ""))
            if names and set(names) <= DEMOGRAPHICS and query.get("period") == "lifetime":
                return demographics(self.world, actor, names, query.get("breakdown"), total, now)
            if query.get("period") != "day":
                raise invalid("The parameter period is required and must be day for these metrics")
            return account_insights(self.world, actor, names, total, since, until, now)
        if call.rest == "recently_searched_hashtags":
            return {"data": [{"id": tag} for tag in self.limits.hashtags(actor.id, now)]}
        raise gone(actor.id)

    def _user_fields(self, graph: Graph, actor: Actor, fields: tuple[Field, ...], now: datetime) -> Body:
        special = {
            "business_discovery": self._discovery,
            "mentioned_media": self._mentioned_media,
            "mentioned_comment": self._mentioned_comment,
        }
        body = graph.user(actor, tuple(f for f in fields if f.name not in special))
        for field in fields:
            if field.name in special:
                body[field.name] = special[field.name](graph, actor, field, now)
        return body

    def _discovery(self, graph: Graph, actor: Actor, field: Field, now: datetime) -> Body:
        """business_discovery.username(U){…}: professional accounts only (here: those of the registers)."""
        name = field.arguments.get("username", "")
        found = next((a for a in self.world.registered("instagram") if a.handle == name), None)
        if found is None:
            raise GraphError(110, "Invalid user id", subcode=2207013)
        asked = field.children or (Field("id"),)
        body = graph.user(found, tuple(f for f in asked if f.name != "media"))
        for edge_field in (f for f in asked if f.name == "media"):
            posts = [
                p
                for p in reversed(self.world.posts.get(found.record_id, []))
                if p.format not in UNLISTED and p.visible(now)
            ]
            page = Page(limit_of(edge_field.arguments.get("limit"), 25, 100), edge_field.arguments.get("after"))
            children = edge_field.children
            body["media"] = edge(_until(posts), partial(graph.media, fields=children, way="discovered"), now, page)
        return body

    def _mentioned_media(self, graph: Graph, actor: Actor, field: Field, now: datetime) -> Body:
        media = self.world.find(f"ig:media:{field.arguments.get('media_id', '')}", now)
        if media is None or media.extra.get("mentioned") != actor.id:
            raise gone(field.arguments.get("media_id", ""))
        return graph.media(media, field.children, "mentioned")

    def _mentioned_comment(self, graph: Graph, actor: Actor, field: Field, now: datetime) -> Body:
        comment = self.world.find(f"ig:comment:{field.arguments.get('comment_id', '')}", now)
        if comment is None or comment.extra.get("mentioned") != actor.id:
            raise gone(field.arguments.get("comment_id", ""))
        return graph.comment(comment, field.children, foreign=True)

    def _hashtag_search(self, call: Call) -> Body:
        user = self._hashtag_user(call.query)
        name = call.query.get("q", "").removeprefix("#").lower()
        identity = tag_id(name)
        if identity not in self._tags:
            raise GraphError(24, "The requested resource does not exist", subcode=2207024)
        self.limits.hashtag(user, identity, call.now)
        return {"data": [{"id": identity}]}

    def _hashtag_user(self, query: Mapping[str, str]) -> str:
        if query.get("user_id") not in self.own:
            raise invalid("The parameter user_id is required")
        return query["user_id"]

    def _hashtag(self, call: Call) -> Body:
        node, page, now = call.node, call.page, call.now
        if call.rest == "":
            values = {"id": node, "name": self._tags[node]}
            return {"id": node, **{f.name: values[f.name] for f in call.fields or () if f.name in values}}
        if call.rest not in ("recent_media", "top_media"):
            raise gone(node)
        self.limits.hashtag(self._hashtag_user(call.query), node, now)
        found = carrying(self.world, self._tags[node], now, call.rest == "recent_media")
        page = Page(min(page.limit, 50), page.after, page.address, page.parameters)
        return edge(_until(found), lambda m: call.graph.media(m, call.fields, "hashtag"), now, page, before=False)


def _expired(item: Item, now: datetime) -> bool:
    return item.format == "story" and item.ends_at is not None and now >= item.ends_at


def _until(items: list[Item]) -> Callable[[datetime], list[Item]]:
    return lambda began: [item for item in items if item.published_at <= began]


def _names(text: str) -> list[str]:
    return [name for name in dict.fromkeys(text.strip("[]").replace('"', "").replace(" ", "").split(",")) if name]


def _time(text: str | None) -> datetime | None:
    """A Unix time or an ISO 8601 time. Raises GraphError (#100)."""
    if not text:
        return None
    try:
        if text.lstrip("-").isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        value = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError) as error:
        raise invalid(f"Invalid time {text}") from error
    return value if value.tzinfo else value.replace(tzinfo=UTC)
