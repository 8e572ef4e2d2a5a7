"""Settings of the witness (`SOJOURN_WITNESS_…`)."""

from shared.settings import RoomSettings, room_settings


class WitnessSettings(RoomSettings):
    """As every room."""

    model_config = room_settings("witness")
    port: int = 8109
