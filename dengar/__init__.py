"""dengar: event-driven social listening. See README.md; the parts are described in docs/."""

__version__ = "0.1.0"
