"""How fast it is, against the limit that is measured in the same run."""
