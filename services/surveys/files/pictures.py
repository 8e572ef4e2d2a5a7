"""Pictures drawn anew: pixels alone survive, so that no place, camera, comment or second file in them does."""

import io

from PIL import Image, ImageOps

from services.surveys.files.kinds import Kind, NotTaken, Refused

MOST_PIXELS = 40_000_000  # a telephone's camera takes 12 to 50 million; decoded, each takes 3 or 4 bytes
LONGEST_SIDE = 2560  # pixels; larger ones are made smaller
FORMATS = {Kind.jpeg: "JPEG", Kind.png: "PNG", Kind.webp: "WEBP"}


def redrawn(content: bytes, kind: Kind, most_pixels: int = MOST_PIXELS) -> bytes:
    """The picture in its own format, upright, no side longer than `LONGEST_SIDE`; the first frame of a moving one.

    NotTaken for what can't be decoded and for one with too many pixels, which is told before any is decoded.
    """
    try:
        return _redrawn(content, FORMATS[kind], most_pixels)
    except NotTaken:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotTaken(Refused.huge_picture) from error
    except Exception as error:  # decoders of hostile bytes raise whatever they like
        raise NotTaken(Refused.broken_picture) from error


def _redrawn(content: bytes, form: str, most_pixels: int) -> bytes:
    # Only this one decoder is asked: Pillow has forty, and a file may look like another one's.
    with Image.open(io.BytesIO(content), formats=[form]) as picture:
        if picture.width * picture.height > most_pixels:
            raise NotTaken(Refused.huge_picture)
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at half or a quarter of its size
        upright = ImageOps.exif_transpose(picture)
        seen = upright.convert("RGBA" if upright.has_transparency_data and form != "JPEG" else "RGB")
        seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return _encoded(seen, form)


def _encoded(seen: Image.Image, form: str) -> bytes:
    bare = Image.new(seen.mode, seen.size)  # without what the old one carries in `info`
    bare.paste(seen)
    out = io.BytesIO()
    bare.save(out, form, **({"quality": 85} if form != "PNG" else {}))
    return out.getvalue()
