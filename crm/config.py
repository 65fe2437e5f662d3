"""Where the program keeps its things and how it is set up, from `CRM_*` variables of the environment.

| variable | meaning | without it |
|---|---|---|
| `CRM_HOME` | folder of database, secret key, uploads | the user's, `~/.local/share/yingban-crm` |
| `CRM_DATABASE_URL` | `sqlite:////path/file` or `postgresql+psycopg://…` | `crm.sqlite3` in `CRM_HOME` |
| `CRM_SECRET_KEY` | signs cookies, at least 32 characters | made once, `CRM_HOME/secret.key`, mode 0600 |
| `CRM_HTTPS` | 1: people come by https; cookies are Secure and named `__Host-` | 0 |
| `CRM_PROXIES` | how many trusted proxies stand in front | 0: forwarded headers are ignored |
| `CRM_LANG` | `zh` or `en`, the language before someone chooses | `zh` |
| `CRM_IDLE_MINUTES` | a sign-in ends after so much idleness | 60 |
| `CRM_SESSION_HOURS` | and at the latest after so long | 12 |
| `CRM_MAX_UPLOAD_MB` | largest upload | 64 |
| `CRM_REDIS_URL` | `redis://…`, where several machines queue their nightly work | a file in `CRM_HOME` |

A variable that begins with `CRM_` and is none of these (or of `PASSED_ON`) is an error at start.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from crm.errors import Misconfigured

KNOWN_KEYS = frozenset({"dev", "secret", "changeme", "change-me", "development", "test", "password"})
SHORTEST_KEY = 32
NAMES = frozenset(
    {
        "CRM_HOME",
        "CRM_DATABASE_URL",
        "CRM_SECRET_KEY",
        "CRM_HTTPS",
        "CRM_PROXIES",
        "CRM_LANG",
        "CRM_IDLE_MINUTES",
        "CRM_SESSION_HOURS",
        "CRM_MAX_UPLOAD_MB",
        "CRM_REDIS_URL",
    }
)
PASSED_ON = ("CRM_TEST_", "CRM_LOG_")


@dataclass(frozen=True)
class Settings:
    """The set-up, read and checked."""

    home: Path
    database_url: URL
    secret_key: str
    https: bool = False
    proxies: int = 0
    lang: str = "zh"
    idle_minutes: int = 60
    session_hours: int = 12
    max_upload_mb: int = 64
    redis_url: str = ""

    def for_flask(self) -> dict[str, Any]:
        """The same as Flask and its extensions name it."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "pool_size": 16,
                "max_overflow": 32,
                # a server may have been restarted meanwhile; a file is always there
                "pool_pre_ping": self.database_url.drivername != "sqlite",
            },
            "SESSION_COOKIE_NAME": "__Host-crm" if self.https else "crm",
            "SESSION_COOKIE_SECURE": self.https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "MAX_CONTENT_LENGTH": self.max_upload_mb * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 500_000,
            "WTF_CSRF_TIME_LIMIT": None,
            "PREFERRED_URL_SCHEME": "https" if self.https else "http",
            "BABEL_DEFAULT_LOCALE": "en" if self.lang == "en" else "zh_Hans_CN",
            "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
            "CRM": self,
        }


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the set-up from the environment; `Misconfigured` says what is wrong with it."""
    env = os.environ if environment is None else environment
    _refuse_unknown(env)
    home = Path(env.get("CRM_HOME") or _data_folder(env)).expanduser().absolute()
    return Settings(
        home=home,
        database_url=_database_url(env.get("CRM_DATABASE_URL"), home),
        secret_key=_checked_key(env.get("CRM_SECRET_KEY") or _stored_key(home)),
        https=_flag(env, "CRM_HTTPS"),
        proxies=_number(env, "CRM_PROXIES", 0),
        lang=_language(env),
        idle_minutes=_number(env, "CRM_IDLE_MINUTES", 60, least=1),
        session_hours=_number(env, "CRM_SESSION_HOURS", 12, least=1),
        max_upload_mb=_number(env, "CRM_MAX_UPLOAD_MB", 64, least=1),
        redis_url=env.get("CRM_REDIS_URL", "").strip(),
    )


def _refuse_unknown(env: Mapping[str, str]) -> None:
    unknown = sorted(
        name
        for name in env
        if name.startswith("CRM_") and name not in NAMES and not name.startswith(PASSED_ON)
    )
    if unknown:
        raise Misconfigured(
            f"不认识的环境变量 {'、'.join(unknown)}。请检查拼写，或将其删除。",
            f"Unknown environment variable {', '.join(unknown)}. Check the spelling or remove it.",
        )


def _data_folder(env: Mapping[str, str]) -> Path:
    base = env.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base) / "yingban-crm"


def _database_url(text: str | None, home: Path) -> URL:
    if not text:
        return URL.create("sqlite", database=str(home / "crm.sqlite3"))
    try:
        url = make_url(text)
    except ArgumentError:
        raise Misconfigured(
            "CRM_DATABASE_URL 不是数据库地址，应为 sqlite:////路径 或 postgresql+psycopg://…",
            "CRM_DATABASE_URL is no database address; expected sqlite:////path or postgresql+psycopg://…",
        ) from None
    return _checked_url(url)


def _checked_url(url: URL) -> URL:
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "postgresql+psycopg":
        return url
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url.set(database=str(Path(url.database).expanduser().absolute()))
    raise Misconfigured(
        f"不支持数据库 {url.drivername}(或未给出文件),应为 sqlite:////路径 或 postgresql+psycopg://…",
        f"Database {url.drivername} is not supported, or names no file; "
        "expected sqlite:////path or postgresql+psycopg://…",
    )


def _stored_key(home: Path) -> str:
    """The key in `secret.key`, made at the first start; only its owner may read the file."""
    path = home / "secret.key"
    try:
        home.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_hex(32))
        return path.read_text("ascii").strip()
    except OSError as problem:
        raise Misconfigured(
            f"无法在 {home} 保存密钥：{problem.strerror}。请检查文件夹权限，或设置 CRM_HOME。",
            f"The secret key cannot be kept in {home}: {problem.strerror}. "
            "Check the folder, or set CRM_HOME.",
        ) from None


def _write_once(path: Path, key: str) -> None:
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    try:
        os.link(draft, path)  # the first of several processes wins, the others read its key
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _checked_key(key: str) -> str:
    if len(key) < SHORTEST_KEY or key.strip().lower() in KNOWN_KEYS or len(set(key)) < 8:
        raise Misconfigured(
            f"密钥太短或众所周知：至少要 {SHORTEST_KEY} 个随机字符。删除 CRM_SECRET_KEY 即可自动生成。",
            f"The secret key is short or well known: at least {SHORTEST_KEY} random characters are needed. "
            "Without CRM_SECRET_KEY one is made.",
        )
    return key


def _flag(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "0").strip().lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("", "0", "false", "no", "off"):
        return False
    raise Misconfigured(f"{name} 应为 1 或 0，而不是“{text}”。", f"{name} must be 1 or 0, not {text!r}.")


def _number(env: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if text.isascii() and text.isdigit() and int(text) >= least:
        return int(text)
    raise Misconfigured(
        f"{name} 应为不小于 {least} 的整数，而不是“{text}”。",
        f"{name} must be a whole number of at least {least}, not {text!r}.",
    )


def _language(env: Mapping[str, str]) -> str:
    lang = env.get("CRM_LANG", "zh").strip() or "zh"
    if lang in ("zh", "en"):
        return lang
    raise Misconfigured(
        f"CRM_LANG 应为 zh 或 en，而不是“{lang}”。", f"CRM_LANG must be zh or en, not {lang!r}."
    )
