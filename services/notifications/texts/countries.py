"""Which of our languages a committee is written to in, as long as nobody has told us another: that of its country."""

from services.notifications.texts import FALLBACK, languages

# ISO 3166-1; countries where one of the languages that we write in is official (CLDR territoryInfo).
SPOKEN = {
    "ro": ("RO", "MD"),
    "sv": ("SE",),
    "ar": (
        "AE", "BH", "DJ", "DZ", "EG", "IQ", "JO", "KM", "KW", "LB", "LY", "MA", "MR", "OM", "PS", "QA", "SA", "SD",
        "SO", "SY", "TD", "TN", "YE",
    ),
}  # fmt: skip
_BY_COUNTRY = {country: language for language, countries in SPOKEN.items() for country in countries}


def spoken_in(country: str | None) -> str:
    """The language of this country if we write it, else English."""
    found = _BY_COUNTRY.get((country or "").upper(), FALLBACK)
    return found if found in languages() else FALLBACK
