"""Settings of the journeys room (`SOJOURN_JOURNEYS_…`)."""

from pydantic import AnyHttpUrl, Field, SecretStr

from shared.settings import RoomSettings, room_settings


class JourneysSettings(RoomSettings):
    """As every room; and how the console signs people in: as a client of the issuer whose tokens the rooms take."""

    model_config = room_settings("journeys")
    port: int = 8105
    oidc_client_id: str | None = Field(
        None, description="the console's client at the issuer; nobody signs in by OIDC without it"
    )
    oidc_client_secret: SecretStr | None = Field(None, description="its secret, if it is a confidential client")
    oidc_scope: str = Field(
        "openid profile", description="what the console asks for; many issuers need offline_access for refresh tokens"
    )
    oidc_discovery_url: AnyHttpUrl | None = Field(
        None, description="the issuer's OpenID configuration, if it isn't at its usual address below the issuer"
    )
