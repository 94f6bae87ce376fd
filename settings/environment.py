"""The `RASOAT_*` variables, from the environment and `.env`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from procedures.errors import SettingsError
from procedures.plain_files import detect_encoding
from settings.error_messages import problem_words


class Environment(BaseSettings):
    """The `RASOAT_*` variables, also read from `.env`."""

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


def read_environment() -> Environment:
    """Return the environment's settings; SettingsError names the invalid variable."""
    try:
        encoding: dict[str, Any] = {"_env_file_encoding": _encoding_of_env_file()}
        return Environment(**encoding)
    except ValidationError as error:
        problem = error.errors()[0]
        name = "RASOAT_" + str(problem["loc"][0]).upper()
        raise SettingsError(f"Biến môi trường {name}: {problem_words(problem)}") from error
    except OSError as error:
        raise SettingsError(f"{error.filename}: không mở được ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            ".env: không phải văn bản UTF-8; mở bằng Notepad, chọn Save as, Encoding: UTF-8 rồi lưu lại"
        ) from error


def _encoding_of_env_file() -> str:
    """Return the encoding; Notepad's byte order mark would become part of a variable's name."""
    file = Path(".env")
    return detect_encoding(file.read_bytes()) if file.is_file() else "utf-8"
