"""Settings of the applications room (`SOJOURN_APPLICATIONS_…`)."""

from shared.settings import RoomSettings, room_settings


class ApplicationsSettings(RoomSettings):
    """As every room, and whether an approval closes the person's other applications."""

    model_config = room_settings("applications")
    port: int = 8101
    close_siblings: bool = True
