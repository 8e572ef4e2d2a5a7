"""Interactions, identities, and how likely a lead is to be approved, with reasons."""
