"""What a service needs before its first start: data folder, tables, node token, first account."""

from __future__ import annotations

import secrets
from pathlib import Path

from api.password import hash_password
from api.token import new_token, token_hash
from changmao.secret_file import read_secret, write_secret
from changmao.settings import SettingError, Settings
from contracts.ports import RandomIds
from store import accounts
from store.engine import open_engine
from store.migrations import upgrade
from store.unit_of_work import SqlStore

FIRST_ACCOUNT = "admin"


def make_data_folder(settings: Settings) -> None:
    """Create the data folder, readable by its owner alone; SettingError where that cannot be."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"setting data_dir: {settings.data_dir} cannot be made ({error.strerror});"
            " set CHANGMAO_DATA_DIR to a folder you may write to"
        ) from None


def prepare(settings: Settings) -> Path | None:
    """Bring folder, tables, token and account into being where missing; every step may be repeated.

    Returns the file that holds the first account's password if this call made it.
    """
    make_data_folder(settings)
    engine = open_engine(settings.database)
    try:
        upgrade(engine)
        store = SqlStore(engine)
        _register_node(store, settings)
        return _add_first_account(store, settings.admin_password_file)
    finally:
        engine.dispose()


def _register_node(store: SqlStore, settings: Settings) -> None:
    file = settings.node.token_file
    if file is None:
        return
    token = read_secret(file)
    if token is None:
        token = new_token()
        write_secret(file, token)
    # The file may be older than the database, or the other way round.
    if accounts.find_node(store, token_hash(token)) is None:
        accounts.add_node_token(store, settings.node.name, token_hash(token))


def _add_first_account(store: SqlStore, password_file: Path) -> Path | None:
    if accounts.find_account(store, FIRST_ACCOUNT) is not None:
        return None
    password = secrets.token_urlsafe(12)
    write_secret(password_file, password)  # before the account: it must not exist without its password
    accounts.add_account(store, RandomIds().new(), FIRST_ACCOUNT, hash_password(password), "admin")
    return password_file
