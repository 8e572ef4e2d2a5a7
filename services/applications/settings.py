"""Settings of the applications room (`SOJOURN_APPLICATIONS_…`)."""

from shared.settings import RoomSettings, room_settings


class ApplicationsSettings(RoomSettings):
    """As every room."""

    model_config = room_settings("applications")
    port: int = 8101
