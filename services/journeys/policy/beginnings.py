"""What pages of figures begin with: the questions that the worker answers before anybody asks. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.journeys.policy.funnel import FUNNELS, Of
from services.journeys.policy.questions import View

MOST_SCOPES, MOST_SEGMENTS = 12, 6  # committees that looked last; segments of each, the newest
KEPT_FOR, NOTED = timedelta(hours=1), timedelta(minutes=10)  # so long it is one of these; so often that is noted
Asked = tuple[str, Mapping[str, Any]]


def usual_of(view: View) -> Of:
    """Whom pages count at first. The hosting side has no people of its own, but applications."""
    return Of.applications if view is View.hosting else Of.people


def beginnings(view: View, blueprints: Sequence[UUID], *, segment: bool) -> list[Asked]:
    """Kinds with their params, as the pages of this view ask them; of a segment, what is about EPs."""
    of = usual_of(view)
    found: list[Asked] = [
        _funnel(of), ("funnel-causes", {"of": of}), ("funnel-outlook", {}), ("funnel-cohorts", {"of": of}),
        ("funnel-periods", {}), ("channels", {}), ("blueprint", {"design": blueprints[0]}),
        ("persona-evidence", {"customer": "ep"}), ("attribution", {}), ("service-chain", {}),
    ]  # fmt: skip
    if segment:
        return found
    found += [_funnel(one) for one in Of if one is not of] + [("funnel-rates", {})]
    found += [("blueprint", {"design": design}) for design in blueprints[1:]]
    return found + [("persona-evidence", {"customer": customer}) for customer in ("enabler", "member")]


def _funnel(of: Of) -> Asked:
    return "funnel", {"of": of, "start": FUNNELS[of].chain[0]}
