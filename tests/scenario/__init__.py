"""One screen a story; any SMS that the story does not expect fails it."""
