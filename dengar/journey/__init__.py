"""One record's journey in plain words: collected, worked on, quarantined, indexed, labelled, deleted, or why it never came."""
