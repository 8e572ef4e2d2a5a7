"""Probabilities that learn, on a real campaign."""
