"""The settings of the whole service, from one TOML file and the environment."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import ClassVar

import platformdirs
from pydantic import AliasChoices, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from api.settings import ApiSettings
from asr.settings import AsrSettings
from changmao.log import LogFormat, LogLevel
from contracts.errors import ConfigurationError
from telephony.settings import NodeSettings

CONFIG_VARIABLE = "CHANGMAO_CONFIG"
"""Names the TOML file where no --config is given; child processes find it there."""


class SettingError(ConfigurationError):
    """A setting is wrong; the message says which, where it was found and what is expected."""

    code: ClassVar[str] = "configuration.setting"


class Settings(BaseSettings):
    """What can be set; the environment (CHANGMAO_API__PORT) goes before the file ([api] port)."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="CHANGMAO_", env_nested_delimiter="__", populate_by_name=True
    )

    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path("changmao"))
    """Database, snapshots, event spool, generated secrets."""
    models_dir: Path | None = Field(
        default=None, validation_alias=AliasChoices("CHANGMAO_MODELS", "CHANGMAO_MODELS_DIR", "models_dir")
    )
    """Speech models; None: models/ in the data folder."""
    database_url: str | None = None
    """sqlite:///FILE or postgresql://...; None: changmao.db in the data folder."""
    database_url_file: Path | None = None
    """File that holds the database URL, where it contains a password."""
    single_admin: bool | None = None
    """One person may both prepare and release a change of the number lists; None: where SQLite is used."""
    log_format: LogFormat = LogFormat.CONSOLE
    log_level: LogLevel = LogLevel.INFO
    api: ApiSettings = ApiSettings()
    asr: AsrSettings = AsrSettings()
    node: NodeSettings = NodeSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (the signature is pydantic's)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, then what the file said."""
        return env_settings, init_settings

    @property
    def models(self) -> Path:
        """Folder of the speech models."""
        return self.models_dir or self.data_dir / "models"

    @property
    def admin_password_file(self) -> Path:
        """Where the first account's password is written."""
        return self.data_dir / "admin-password"

    @property
    def admin_alone(self) -> bool:
        """Whether one person may both prepare and release a change of the number lists."""
        if self.single_admin is not None:
            return self.single_admin
        # A URL that is kept in a file has a password, and SQLite has none.
        return self.database_url_file is None and (self.database_url or "sqlite:").startswith("sqlite:")

    @property
    def database(self) -> str:
        """The database URL in force; SettingError where its file cannot be read."""
        if self.database_url_file is None:
            return self.database_url or f"sqlite:///{self.data_dir / 'changmao.db'}"
        try:
            return self.database_url_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(
                f"setting database_url_file: {self.database_url_file} cannot be read ({error.strerror});"
                " create it or correct the path"
            ) from None


def load_settings(config: Path | None = None) -> Settings:
    """Return the settings of `config` (else CHANGMAO_CONFIG, else none) and the environment; SettingError."""
    named = config or _configured()
    try:
        return _joined(Settings.model_validate(_read(named)))
    except ValidationError as error:
        raise SettingError(_first_problem(error, named)) from None
    except SettingsError as error:
        raise SettingError(f"environment: {error}; give JSON for lists and tables") from None


def _configured() -> Path | None:
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named) if named else None


def _read(config: Path | None) -> dict[str, object]:
    if config is None:
        return {}
    try:
        return tomllib.loads(config.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(
            f"configuration file {config}: cannot be read ({error.strerror});"
            f" correct --config or {CONFIG_VARIABLE}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"configuration file {config}: not TOML ({error}); correct it there") from None


def _joined(settings: Settings) -> Settings:
    """Tell api and node where this machine's folders and servers are, unless it was set."""
    api, asr, node = settings.api, settings.asr, settings.node
    speech_url = f"ws://{asr.host}:{asr.port}"
    found = {
        "folder": settings.data_dir / node.name,
        "token_file": settings.data_dir / f"{node.name}.token",
        "api_url": f"http://{api.host}:{api.port}",
        "asr_urls": (speech_url,),
        "live_preview": api.live_preview,
    }
    update = {name: value for name, value in found.items() if name not in node.model_fields_set}
    served = {
        "folder": settings.data_dir / "lists",
        "single_admin": settings.admin_alone,
        "speech_url": speech_url,
    }
    kept = {name: value for name, value in served.items() if name not in api.model_fields_set}
    return settings.model_copy(
        update={
            "api": api.model_copy(update=kept),
            "node": node.model_copy(update=update),
        }
    )


def _first_problem(error: ValidationError, config: Path | None) -> str:
    """Return one line: which setting, where to set it, what is expected; not the value, it may be secret."""
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = [str(step) for step in problem["loc"]]
    if not where:
        return f"settings: {problem['msg']}"
    variable = where[0] if where[0].startswith("CHANGMAO_") else "CHANGMAO_" + "__".join(where).upper()
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return (
        f"setting {'.'.join(where)}: {problem['msg']}{more};"
        f" correct it in {config or 'the configuration file'} or in {variable}"
    )
