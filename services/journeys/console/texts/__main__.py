"""What lacks a translation: `python -m services.journeys.console.texts [part]`; `--po` prints entries to fill in."""

import sys
from collections.abc import Sequence

from services.journeys.console.texts import LANGUAGES, SOURCE
from services.journeys.console.texts.messages import Missing, missing


def main(arguments: Sequence[str]) -> int:
    """Print what is missing, by language; 1 when something is."""
    parts = [one for one in arguments if not one.startswith("-")]
    as_po = "--po" in arguments
    found = [one for one in missing() if not parts or one.part in parts]
    for language in (one for one in LANGUAGES if one != SOURCE):
        lacking = [one for one in found if one.language == language]
        print(f"# {language}: {len(lacking)} missing")
        for one in lacking:
            print(_entry(one) if as_po else f"{one.part:14} {one.where}: {one.id!r}")
    return 1 if found else 0


def _entry(one: Missing) -> str:
    lines = [f"#: {one.where}"]
    if one.context:
        lines.append(f"msgctxt {_quoted(one.context)}")
    if isinstance(one.id, str):
        return "\n".join([*lines, f"msgid {_quoted(one.id)}", 'msgstr ""', ""])
    forms = [f'msgstr[{number}] ""' for number in range(one.forms)]
    return "\n".join([*lines, f"msgid {_quoted(one.id[0])}", f"msgid_plural {_quoted(one.id[1])}", *forms, ""])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
