"""The shell around the core: read, decide once, write in one transaction, then act."""
