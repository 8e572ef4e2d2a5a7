"""Worked examples on public data."""
