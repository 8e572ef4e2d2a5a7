"""The rules of the house, kept by machines."""
