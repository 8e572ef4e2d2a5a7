"""Figures kept incrementally: cells per place in the tree and month, folded from what triggers note beside answers."""
