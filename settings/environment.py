"""The `RASOAT_*` variables, from the environment and `.env`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from procedures.errors import SettingsError
from procedures.plain_files import detect_encoding
from settings.error_messages import problem_words
from settings.offices import OfficeFiles, existing_office


class Environment(BaseSettings):
    """The `RASOAT_*` variables, also read from `.env`.

    `offices`: the folder with the settings of every office of this server. `office`: the one of them that
    this process works for.
    """

    model_config = SettingsConfigDict(
        env_prefix="RASOAT_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    home: Path = Path("var")
    database_url: str | None = None
    config: Path = Path("rasoat.toml")
    log: Literal["console", "json"] = "console"
    smtp_url: SecretStr | None = None
    notify_urls: SecretStr | None = None
    secret_key: SecretStr | None = None
    oidc_client_secret: SecretStr | None = None
    offices: Path | None = None
    office: str | None = None


class _OfficeEnvironment(Environment):
    """Variables of one file alone: what stands in the process's own environment may be another office's."""

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave the process's environment out."""
        return (sources["dotenv_settings"],)


def read_environment() -> Environment:
    """Return the environment's settings: of the office that `RASOAT_OFFICE` names, if it does.

    Raises:
        SettingsError: naming the invalid variable.
        InputError: there is no such office.
    """
    own = _read(Environment, Path(".env"))
    if own.office is None:
        return own
    files = existing_office(own.offices, own.office)
    return read_office_environment(files, own)


def read_office_environment(files: OfficeFiles, around: Environment | None = None) -> Environment:
    """Return the settings of an office: those of its file alone, with paths relative to its folder.

    Of the environment `around`, only the folder of offices holds for it, and how the process logs.

    Raises:
        SettingsError: the file is missing, or naming the invalid variable.
    """
    if not files.environment.is_file():
        raise SettingsError(f"Không thấy tệp {files.environment} của đơn vị {files.name}")
    read = _read(_OfficeEnvironment, files.environment)
    kept: dict[str, Any] = {"offices": files.folder.parent, "office": files.name}
    if around is not None and "log" not in read.model_fields_set:
        kept["log"] = around.log
    return read.model_copy(
        update={"home": files.folder / read.home, "config": files.folder / read.config, **kept}
    )


def _read(kind: type[Environment], file: Path) -> Environment:
    try:
        source: dict[str, Any] = {"_env_file": file, "_env_file_encoding": _encoding_of(file)}
        return kind(**source)
    except ValidationError as error:
        problem = error.errors()[0]
        name = "RASOAT_" + str(problem["loc"][0]).upper()
        raise SettingsError(f"Biến môi trường {name}: {problem_words(problem)}") from error
    except OSError as error:
        raise SettingsError(f"{error.filename}: không mở được ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{file}: không phải văn bản UTF-8; mở bằng Notepad, chọn Save as, Encoding: UTF-8 rồi lưu lại"
        ) from error


def _encoding_of(file: Path) -> str:
    """Return the encoding; Notepad's byte order mark would become part of a variable's name."""
    return detect_encoding(file.read_bytes()) if file.is_file() else "utf-8"
