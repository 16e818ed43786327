"""Measurements beside a peer or a bare floor in the same run; reported, never asserted."""
