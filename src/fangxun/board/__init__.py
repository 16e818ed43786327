"""The HTTP side: confirmation page, provider callbacks, health, the duty board's data."""
