"""Alembic's entry: runs the migrations over one connection, under a lock that other processes wait for."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from db.tables import Base

_LOCK = 0x746F756368  # "touch": any number that nothing else of ours locks

config = context.config
engine = create_engine(config.attributes["url"], poolclass=pool.NullPool)

with engine.connect() as connection:
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
    # a migration waits for a busy table no longer than the product may stand still
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.commit()
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
