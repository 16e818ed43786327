"""A storm replayed through the production path: virtual clock, a store of its own, simulated
gateway and people; it reads no secrets and opens no socket."""
