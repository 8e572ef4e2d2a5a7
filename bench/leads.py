"""Public leads with their outcomes: the bank's campaign is shipped, X Education is read from the folder `DATA`.

The points of X Education are set by hand, as a marketer would.
"""

import os
from dataclasses import replace
from math import log
from pathlib import Path

from examples.scoring.campaign import BANK, DataSet, a_number, points
from services.scoring.policy.learning import Example, Prior

# By the sales staff or another scorer, after the contact.
WRITTEN_LATER = frozenset(
    {
        "tags",
        "lead_quality",
        "lead_profile",
        "last_notable_activity",
        "asymmetrique_activity_index",
        "asymmetrique_profile_index",
        "asymmetrique_activity_score",
        "asymmetrique_profile_score",
    }
)
X_EDUCATION = DataSet(
    "X Education",
    "xeducation_leads_dev.csv.gz",
    "converted",
    frozenset({"total_visits", "total_time_on_website", "page_views_per_visit"}),
    frozenset({"converted", "seq"}) | WRITTEN_LATER,
    Prior(
        -1.6,
        {
            "asked_for_more": points("lead_origin", {"Lead Add Form": 2.0, "Lead Import": -0.5}),
            "recommended": points("lead_source", {"Reference": 1.0, "Welingak Website": 0.8, "Olark Chat": 0.2}),
            "time_on_site": lambda row: 0.35 * log(1 + a_number(row, "total_time_on_website") / 60),
            "several_visits": lambda row: 0.05 * min(a_number(row, "total_visits"), 6),
            "works": points("current_occupation", {"Working Professional": 1.5, "Student": -0.2}),
            "answers": points(
                "last_activity",
                {"SMS Sent": 0.8, "Email Bounced": -1.0, "Email Opened": 0.3, "Had a Phone Conversation": 1.0},
            ),
            "no_mail": points("do_not_email", {"Yes": -0.8}),
        },
    ),
)
SETS = (BANK, X_EDUCATION)
# What knowing the year is worth on a random split. It foretells nothing: no model has seen the year that is to come.
BANK_WITH_YEAR = replace(
    BANK, name="bank marketing with its year", left_out=BANK.left_out - {"year"}, numbers=BANK.numbers | {"year"}
)


def examples(data: DataSet) -> list[Example] | None:
    """None when there is no file: X Education states no licence and is never shipped."""
    folders = [Path(given)] if (given := os.environ.get("DATA")) else []
    for folder in folders:
        if (folder / data.file).exists():
            return data.examples(folder)
    return None if data is X_EDUCATION else data.examples()
