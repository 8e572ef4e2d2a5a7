"""A room that hears everything and writes down each hearing, so that nothing can hide what was heard twice."""
