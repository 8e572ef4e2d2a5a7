"""Settings of the scoring room (`SOJOURN_SCORING_…`)."""

from datetime import timedelta
from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings

from shared.settings import RoomSettings, room_settings


class Limits(BaseSettings):
    """What handlers ask for: they see a unit of work and no process settings."""

    model_config = room_settings("scoring")
    least_told: int = Field(10, ge=2, description="people who must have walked a way before a corridor tells of it")
    least_audience: int = Field(100, ge=2, description="people in an audience's export, at least")
    longest_audience: timedelta = Field(timedelta(days=365), description="how far ahead an audience may end")
    risk_watch_from: float = Field(0.25, gt=0, lt=1, description="a stay's risk from which it is watched")
    risk_alarm_from: float = Field(0.40, gt=0, lt=1, description="a stay's risk from which somebody should call")
    risk_least: int = Field(40, ge=20, description="stays that must have ended before their risk is learned")
    risk_least_of_kind: int = Field(10, ge=5, description="of these, how many must have gone well, and wrong")
    risk_more: float = Field(0.2, ge=0, description="learned anew when so many more have ended, as a share")
    risk_most: int = Field(30_000, ge=100, description="looks at ended stays that are learned from, the newest")
    risk_seed: int = Field(1, ge=0, description="of the training: the same seed and stays give the same model")
    qualified_from: float = Field(0.35, gt=0, lt=1, description="score from which a lead is handed to a manager")
    enabler_qualified_from: float = Field(
        0.20, gt=0, lt=1, description="the same of an enabler: the chance that it raises an opportunity (again)"
    )
    match_recency_share: float = Field(
        0.1, ge=0, le=0.5, description="share of the EPs' weeks that show the newest matches, to measure against"
    )
    match_popularity_share: float = Field(
        0.1, ge=0, le=0.5, description="share of the EPs' weeks that show the most applied to, to measure against"
    )
    landing_url: str = Field(
        "https://sojourn.example/?code=", max_length=100, description="address that a printed code leads to, without it"
    )
    consent_first: bool = Field(
        True, description="follow a visitor only after a yes; false: until a no, or a browser that says Do Not Track"
    )
    budget_care: int = Field(5, ge=0, description="as in notifications: messages of care a person gets within 7 days")
    budget_promotion: int = Field(2, ge=0, description="the same for promotion")

    @property
    def budgets(self) -> dict[str, int]:
        """Messages of each class within 7 days; what is owed has no budget."""
        return {"care": self.budget_care, "promotion": self.budget_promotion}

    train_hour: int = Field(2, ge=0, le=23, description="hour (UTC) at which models are trained and looked at")
    train_least: int = Field(30, ge=10, description="labels below which nothing is trained: rules stay")
    train_after: int = Field(200, ge=10, description="new labels after which a training does not wait for the night")
    train_seed: int = Field(1, ge=0, description="seed of trainings that nobody asked for by hand")
    train_late_share: float = Field(
        0.3, gt=0, lt=1, description="share of the newest cases that models are measured on"
    )
    promote_least: int = Field(200, ge=50, description="settled outcomes before a challenger can take over")
    promote_z: float = Field(2.58, gt=0, description="standard errors by which its log loss must be better")
    promote_auc_slack: float = Field(0.010, ge=0, description="how far its AUC may lie below that of the rules")
    promote_gap: float = Field(0.05, gt=0, description="how far its chances may be off what happened")
    drift_days: int = Field(30, ge=1, description="days that are held against the training's")
    drift_least: int = Field(200, ge=20, description="cases below which no drift is told")
    drift_stability: float = Field(0.25, gt=0, description="population stability index of a number that alarms")
    drift_z: float = Field(3.0, gt=0, description="standard errors between foretold and happened that alarm")
    drift_gap: float = Field(0.03, ge=0, description="the least difference between foretold and happened that alarms")
    fairness_least: int = Field(20, ge=5, description="cases below which a group gets no rate")


class ScoringSettings(Limits, RoomSettings):
    """As every room, and the limits."""

    model_config = room_settings("scoring")
    port: int = 8104


@cache
def limits() -> Limits:
    """The limits of this process."""
    return Limits()
