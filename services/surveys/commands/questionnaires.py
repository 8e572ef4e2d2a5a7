"""Publishing a questionnaire."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator

from shared.web.schemas import Body

EXAMPLE = {
    "id": "leaders-day",
    "version": 1,
    "languages": ["en"],
    "title": {"en": "How was the leaders' day?"},
    "intro": {"en": "One question."},
    "thanks": {"en": "Thank you!"},
    "questions": [
        {
            "kind": "score",
            "id": "csat",
            "metric": "csat",
            "about": "leaders_day",
            "text": {"en": "How satisfied are you with the day?"},
            "low": {"en": "very dissatisfied"},
            "high": {"en": "very satisfied"},
        }
    ],
}


class PublishQuestionnaire(Body):
    """A new questionnaire, or the next version of one: as values, or as a YAML text with the same fields."""

    content: dict[str, Any] | None = Field(None, description="All that the version says", examples=[EXAMPLE])
    yaml: Annotated[str, StringConstraints(max_length=500_000)] | None = Field(
        None, description="The same as YAML, instead of `content`"
    )

    @model_validator(mode="after")
    def _one(self) -> "PublishQuestionnaire":
        if (self.content is None) == (self.yaml is None):
            raise ValueError("give either content or yaml")
        return self
