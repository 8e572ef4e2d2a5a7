"""What visitors and people said about being followed."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.consent import Purpose
from shared.storage.columns import code, moment


class Consent(Table, table=True):
    """The last word of a visitor or a person (`subject_id`) on one purpose."""

    __tablename__ = "consent"
    subject_id: UUID = Field(primary_key=True)
    purpose: Purpose = code(Purpose, primary_key=True)
    given: bool
    at: datetime = moment()
