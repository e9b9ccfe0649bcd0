"""The examples are issued and consulted through the whole program."""

from api.conftest import postgresql_service, service, sqlite_service

__all__ = ["postgresql_service", "service", "sqlite_service"]
