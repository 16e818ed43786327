"""The pure core: values in, decisions with their reasons out; standard library only."""
