"""Which language a comment is in: py3langid's naive Bayes model, which its package carries; nothing is fetched."""

import re
from functools import cache
from typing import Any

UNKNOWN = "und"  # ISO 639-2: undetermined
# Where our exchanges go and come from. Of all 97 that the model knows, one word in Swedish is too often Norwegian.
SPOKEN = (
    "ar", "bg", "bs", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hr", "hu", "id", "it", "ja",
    "ko", "lt", "lv", "mk", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "th", "tr", "uk", "ur",
    "vi", "zh",
)  # fmt: skip
SURE = 0.5
_LETTERS = re.compile(r"\[\w+\]|[^\w\s]|\d")  # what is masked, signs and digits say nothing of the language


def detect(text: str) -> str:
    """Its ISO 639-1 code, or `und` where no language is more likely than all others together."""
    words = _LETTERS.sub(" ", text).split()
    if not words:
        return UNKNOWN
    code, chance = _model().classify(" ".join(words))
    return code if chance > SURE else UNKNOWN


@cache
def _model() -> Any:
    """Loaded when first asked: about a second, and some 130 MB with the arrays it stands on."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(SPOKEN)
    return model
