"""Corridors, pure: the paths of touchpoints that a segment walks to the organisation, and their picture."""
