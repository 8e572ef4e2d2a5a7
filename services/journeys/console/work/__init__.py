"""The working pages: lists, pages and actions from declarations, so that dozens of them are data and nothing is copied.

`declare` has the words of a declaration; `asking`, `cells`, `names`, `drawing`, `reading` and `routes` make pages of
them; `families` gathers the declarations, a file a field of work.
"""
