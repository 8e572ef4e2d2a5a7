"""Settings of the journeys room (`SOJOURN_JOURNEYS_…`)."""

from shared.settings import RoomSettings, room_settings


class JourneysSettings(RoomSettings):
    """As every room."""

    model_config = room_settings("journeys")
    port: int = 8105
