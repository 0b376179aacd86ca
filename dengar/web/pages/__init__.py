"""The pages, a module each. `router(desk)` gives its routes."""

from dengar.web.pages import campaigns, complaints, content, health, mention, morning, searching, trends, why

PARTS = (morning, searching, mention, why, complaints, trends, content, campaigns, health)
