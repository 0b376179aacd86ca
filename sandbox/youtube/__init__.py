"""The YouTube Data API v3 as far as the listeners use it."""
