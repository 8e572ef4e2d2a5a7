"""Pages behind personal links are drawn from templates: one frame for all, values escaped, unknown names an error."""

from importlib import import_module
from pathlib import Path
from typing import Any

from starlette.responses import Response

from shared.web.plain import page_headers

FRAMES = Path(__file__).with_name("frames")
PLAIN = FRAMES / "plain.css"  # a style sheet to begin with: colours of both themes, words, cards


class Pages:
    """The templates of a folder with their style sheet, written into each page. A room that draws pins jinja2.

    `frame.html` has the blocks `title`, `languages` and `main`; `note.html` shows a `title` and a `text`, where the
    folder has none of its own. `filters` are the templates' filters, to be added to.
    """

    def __init__(self, folder: Path, *before: Path) -> None:
        """`before` are style sheets that come before the folder's own."""
        jinja2 = import_module("jinja2")
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader([folder, FRAMES]), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self.filters: dict[str, Any] = self._templates.filters
        self.style = "\n".join(file.read_text("utf-8").strip() for file in (*before, folder / "style.css"))
        self.headers = page_headers(self.style)

    def draw(self, template: str, status: int, language: str, direction: str, **values: Any) -> Response:
        """A page in a language that is written in this `direction`, `ltr` or `rtl`."""
        frame = {"language": language, "direction": direction, "style": self.style}
        html = self._templates.get_template(template).render(**frame, **values)
        return Response(html, status, self.headers, media_type="text/html; charset=utf-8")
