"""The archive on Elasticsearch. The client is safe to share between threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

from dengar.index.connection import plain_errors
from dengar.index.find import search
from dengar.index.query import ask
from dengar.index.results import QueryError, SearchPage
from dengar.index.syntax import explain
from dengar.labels.mentions import indexed_mentions
from dengar.policy import Policy
from dengar.web.question import Question

DEADLINE = "5s"


class ElasticArchive:
    """Answers from an index. `policy` decides what may be asked of which platform; `now` is what 7d counts from."""

    def __init__(
        self, client: Elasticsearch, policy: Policy, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._client, self._policy, self._now = client, policy, now

    def find(self, question: Question, *, cursor: str | None, size: int, facets: Sequence[str]) -> SearchPage:
        return search(
            self._client,
            question.text,
            filters=dict(question.filters),
            since=question.start,
            until=question.end,
            include_messages=question.messages,
            sort=question.sort or ("newest" if question.text == "*" else "relevance"),  # type: ignore[arg-type]
            size=size,
            cursor=cursor,
            paged=True,
            facets=facets,
            policy=self._policy,
            now=self._now(),
        )

    def aggregate(self, index: str, body: Mapping[str, Any], question: Question | None = None) -> dict[str, Any]:
        clauses: list[Any] = [body["query"]] if "query" in body else []
        if question is not None:
            asked = ask(
                question.text,
                filters=dict(question.filters),
                since=question.start,
                until=question.end,
                include_messages=question.messages,
                policy=self._policy,
                now=self._now(),
            )
            clauses.append(asked.query.to_dict())
        whole = {**body, "size": 0, "timeout": DEADLINE, "query": {"bool": {"filter": clauses}}}
        return self._send([index], whole, question.text if question else "*")

    def documents(self, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
        return indexed_mentions(self._client, ids)

    def listed(self, index: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        page = self._send(index.split(","), {"timeout": DEADLINE, "track_total_hits": False, **body}, "*")
        return [hit["_source"] for hit in page["hits"]["hits"]]

    def exists(self, index: str) -> bool:
        with plain_errors():
            return bool(self._client.indices.exists(index=index))

    def close(self) -> None:
        """Release the connections."""
        self._client.close()

    def _send(self, indices: Sequence[str], body: Mapping[str, Any], text: str) -> dict[str, Any]:
        with plain_errors():
            try:
                answer = self._client.search(index=list(indices), ignore_unavailable=True, body=dict(body))
            except BadRequestError as error:
                if (sentence := explain(error.body, text)) is None:
                    raise
                raise QueryError(sentence) from error
        return dict(answer.body)
