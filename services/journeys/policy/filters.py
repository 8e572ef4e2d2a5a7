"""What of an address is kept when a filter is saved."""

from urllib.parse import parse_qsl, urlencode

LEFT_OUT = frozenset({"all", "cursor", "format", "search", "table"})
LONGEST = 1000


def kept(query: str) -> str:
    """The query without where somebody stood in the list, and without what they searched for: that may be a name."""
    pairs = parse_qsl(query.lstrip("?"), keep_blank_values=False, max_num_fields=60)
    return urlencode([(name, value) for name, value in pairs if name not in LEFT_OUT])
