"""Brings a database to the current schema (Alembic; the steps stand in db/migrations/versions)."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from db.engine import driver_url


def configuration(url: str) -> Config:
    """Return Alembic's configuration for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = driver_url(url)
    return config


def upgrade(url: str) -> None:
    """Apply every migration that the database at `url` does not have yet; one process at a time does so."""
    command.upgrade(configuration(url), "head")
