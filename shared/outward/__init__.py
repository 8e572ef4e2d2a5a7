"""Calls that leave the system for an address that somebody else has named: what may be called, how, and signed."""
