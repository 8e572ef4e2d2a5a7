"""Segments, corridors, audiences and contents."""
