"""A local stand-in for the HTTP APIs of YouTube and Instagram, with scenarios whose true answers are known."""
