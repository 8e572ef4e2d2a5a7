"""The answer page in a real browser and under attack."""
