"""Settings: the kernel's and a room's, from the environment, `.env` and secret files; production takes no toys."""

import os
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_ISSUER = "urn:sojourn:development"
DEVELOPMENT_LINK_KEY = "development-link-key"


class Mode(StrEnum):
    """`development` has a clock that can be moved and an issuer of its own; `production` refuses both."""

    development = "development"
    production = "production"


def _sources(prefix: str) -> SettingsConfigDict:
    folder = os.environ.get("SOJOURN_SECRETS_DIR")
    return SettingsConfigDict(env_prefix=prefix, env_file=".env", extra="ignore", secrets_dir=folder)


class Kernel(BaseSettings):
    """What all processes of a system share; environment names start with `SOJOURN_`."""

    model_config = _sources("SOJOURN_")

    mode: Mode = Field(
        Mode.development, description="development or production; production refuses development secrets"
    )
    data_dir: Path = Field(Path(".sojourn"), description="where the embedded servers, keys and logs live")
    log_level: str = Field("info", description="debug, info, warning or error")

    kafka_bootstrap: str = Field("127.0.0.1:9092", description="the brokers, host:port separated by commas")
    kafka_replication: int = Field(1, ge=1, description="copies of each topic; production needs 3")
    kafka_security_protocol: str = Field("PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL")
    kafka_sasl_mechanism: str | None = Field(None, description="PLAIN, SCRAM-SHA-256, SCRAM-SHA-512")
    kafka_username: str | None = Field(None, description="user of SASL")
    kafka_password: SecretStr | None = Field(None, description="password of SASL")
    kafka_ca_file: Path | None = Field(None, description="certificate authority of the brokers")
    parked_keys_limit: int = Field(100, ge=1, description="so many parked keys stop a room's consumer")
    event_size_limit: int = Field(1_048_576, ge=1024, description="bytes of an event's data; a larger one is parked")

    oidc_issuer: str = Field(DEVELOPMENT_ISSUER, description="who signs access tokens")
    oidc_audience: str = Field("sojourn", description="whom access tokens are for")
    oidc_jwks_url: AnyHttpUrl | None = Field(None, description="where the issuer's public keys are")
    oidc_jwks_file: Path | None = Field(None, description="the same as a file")
    development_key_file: Path | None = Field(None, description="private key of the development issuer")
    link_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_LINK_KEY), description="signs personal links (32 random bytes or more)"
    )
    clock_control: bool = Field(False, description="development only: business time may be moved")
    failpoints_dir: Path | None = Field(None, description="development only: the folder where a drill arms failpoints")

    smtp_host: str = Field("127.0.0.1", description="mail server")
    smtp_port: int = Field(1025, description="its port")
    smtp_tls: bool = Field(False, description="STARTTLS, required")
    smtp_username: str | None = Field(None, description="user, if the mail server asks for one")
    smtp_password: SecretStr | None = Field(None, description="its password")
    mail_sender: str = Field("Sojourn <no-reply@sojourn.example>", description="From of every e-mail")

    otlp_endpoint: str | None = Field(None, description="OpenTelemetry collector, e.g. http://127.0.0.1:4318")
    trace_sample: float = Field(0.01, ge=0, le=1, description="share of traces that are kept")
    cors_origins: list[str] = Field([], description="origins of front-ends that may call the APIs")
    body_limit: int = Field(1_048_576, ge=1024, description="bytes of a request body")

    applications_url: str = Field("http://127.0.0.1:8101", description="public address of the room")
    surveys_url: str = Field("http://127.0.0.1:8102", description="public address of the room")
    notifications_url: str = Field("http://127.0.0.1:8103", description="public address of the room")
    scoring_url: str = Field("http://127.0.0.1:8104", description="public address of the room")
    journeys_url: str = Field("http://127.0.0.1:8105", description="public address of the room")
    mail_url: str = Field("http://127.0.0.1:8125", description="the development inbox")

    @model_validator(mode="after")
    def _production_takes_no_toys(self) -> Self:
        if self.mode is not Mode.production:
            return self
        toys = {
            "SOJOURN_OIDC_ISSUER is the development issuer": self.oidc_issuer == DEVELOPMENT_ISSUER,
            "SOJOURN_OIDC_JWKS_URL or SOJOURN_OIDC_JWKS_FILE is missing": not (
                self.oidc_jwks_url or self.oidc_jwks_file
            ),
            "SOJOURN_DEVELOPMENT_KEY_FILE is set": self.development_key_file is not None,
            "SOJOURN_LINK_KEY is missing or shorter than 32 characters": len(self.link_key.get_secret_value()) < 32,
            "SOJOURN_CLOCK_CONTROL is on": self.clock_control,
            "SOJOURN_FAILPOINTS_DIR is set": self.failpoints_dir is not None,
        }
        if found := [text for text, is_toy in toys.items() if is_toy]:
            raise ValueError("production mode refuses: " + "; ".join(found))
        return self


class RoomSettings(BaseSettings):
    """What one room's processes need; environment names start with `SOJOURN_<ROOM>_`."""

    database_url: SecretStr = Field(..., description="postgresql://user:password@host:port/database")
    host: str = Field("127.0.0.1", description="address that the api listens on")
    port: int = Field(..., description="port of the api")
    worker_port: int = Field(0, description="port of the worker's health and metrics; 0 takes a free one")
    worker: str | None = Field(None, description="stable name of a worker, if a room has several on one host")
    pool_size: int = Field(10, ge=2, description="database connections of one process")


def room_settings(room: str) -> SettingsConfigDict:
    """The `model_config` of a room's settings class."""
    return _sources(f"SOJOURN_{room.upper()}_")


@cache
def kernel() -> Kernel:
    """The kernel settings of this process."""
    return Kernel()
