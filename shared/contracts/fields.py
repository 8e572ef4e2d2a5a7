"""The field types of events: ids, codes, dates and numbers. Free text has a type of its own, for personal topics."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from shared.zones import known_zone

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.:-]{0,79}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Zone = Annotated[str, AfterValidator(known_zone)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
PersonalText = Annotated[str, StringConstraints(max_length=20_000)]

__all__ = ["UUID", "Code", "Country", "Digest", "Language", "PersonalText", "Product", "Side", "StrEnum", "Zone"]
__all__ += ["date", "datetime", "time"]


class Side(StrEnum):
    """Which local committee: that of the EP's country or that of the host country."""

    sending = "sending"
    hosting = "hosting"


class Product(StrEnum):
    """The exchange programmes; each has limits of its own (S&S 5 and 6)."""

    volunteer = "volunteer"
    talent = "talent"
    teacher = "teacher"
