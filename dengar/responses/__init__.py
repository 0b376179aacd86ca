"""The response desk: who waits for an answer, since when and until when, and what people decided about it.

Pure where it can be (turn, conversation, state, record: a fold over records in any order), with hours, promises and routing as data
(`infra/working_time.yaml`, `infra/classes.yaml`, `infra/routing.yaml`). Only `store`, `queue`, `similar` and `session` need services.
"""

from dengar.topics import MENTION_TOPICS

RESPONSES, ACTIONS = "responses", "desk-actions"
TRACK_GROUP = "track-responses"
"""The consumer group of DAG track_responses: what it committed is in the index `responses-v1`."""
TRACKED = (ACTIONS, RESPONSES, *MENTION_TOPICS)
"""Topics a run reads, in this order: who rebuilds the desk must know the decisions before the states that rest on them."""
