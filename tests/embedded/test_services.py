"""Named servers replace the embedded ones, each separately."""

from __future__ import annotations

import pytest
import sqlalchemy

from community.embedded import Embedded, resolve_services
from tests.embedded.instances import STARTED, Instance, kill

POSTGRES = "postgresql+psycopg://app@db.example/site"
REDIS = "redis://cache.example:6379/0"


def test_without_addresses_both_servers_are_embedded(empty_instance: Instance) -> None:
    services = resolve_services(empty_instance.folder)
    ours = Embedded(empty_instance.folder)
    assert services.outcome == STARTED
    assert services.redis_url == ours.redis_url
    assert services.redis_url.endswith("?db=0")
    for url, role in (
        (services.database_url, "community_app"),
        (services.database_owner_url, "community_owner"),
    ):
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(sqlalchemy.text("select current_user")) == role
        engine.dispose()
    services.close()


def test_with_both_addresses_nothing_starts(empty_instance: Instance) -> None:
    services = resolve_services(empty_instance.folder, POSTGRES, REDIS)
    assert (services.database_url, services.redis_url) == (POSTGRES, REDIS)
    assert services.database_owner_url == POSTGRES
    assert services.revive() == []
    services.close()
    assert not empty_instance.folder.exists()


def test_a_named_database_leaves_valkey_embedded(empty_instance: Instance) -> None:
    services = resolve_services(empty_instance.folder, POSTGRES)
    assert services.outcome == {"valkey": "started"}
    assert services.database_url == POSTGRES
    assert empty_instance.keys().ping()
    assert not (empty_instance.folder / "postgres").exists()
    services.close()


def test_a_named_redis_leaves_postgresql_embedded(instance: Instance) -> None:
    services = resolve_services(instance.folder, redis_url=REDIS)
    assert services.outcome == {"postgres": "started"}
    assert services.redis_url == REDIS
    assert instance.sql("select 1") == [(1,)]
    assert not (instance.folder / "valkey/valkey.pid").exists()
    services.close()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_the_address_of_postgresql_is_understood(empty_instance: Instance, scheme: str) -> None:
    services = resolve_services(
        empty_instance.folder,
        f"{scheme}://app@db.example/site",
        REDIS,
        database_owner_url=f"{scheme}://owner@db.example/site",
    )
    assert services.database_url == "postgresql+psycopg://app@db.example/site"
    assert services.database_owner_url == "postgresql+psycopg://owner@db.example/site"


def test_revive_starts_again_only_what_died(instance: Instance) -> None:
    services = resolve_services(instance.folder)
    assert services.revive() == []
    kill(instance.valkey)
    assert services.revive() == ["valkey"]
    assert services.revive() == []
    assert instance.keys().ping()
    services.close()
