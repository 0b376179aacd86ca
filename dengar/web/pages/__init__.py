"""The pages, a module each. `router(desk)` gives its routes."""

from dengar.web.pages import (
    campaigns,
    complaints,
    content,
    health,
    mention,
    morning,
    responding,
    searching,
    several,
    trends,
    why,
)

PARTS = (morning, searching, mention, why, complaints, several, responding, trends, content, campaigns, health)
