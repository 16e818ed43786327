"""Storms under faults: the real engine, store and gateway in virtual time; a failure is a seed."""
