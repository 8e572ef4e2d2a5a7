"""Segments, pure: which fields a rule may name, what a rule says of somebody, and segments that are found."""
