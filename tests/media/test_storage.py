"""Keeping files, in a folder and in a bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from flask import Flask
from moto.server import ThreadedMotoServer
from pydantic import SecretStr, ValidationError

from community.adapters import storage as adapter
from community.adapters.storage import ObjectStorage, Storage
from community.config import Config
from community.core.clock import now
from tests.cast import Person
from tests.databases import Database
from tests.pictures import opened, picture, send
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A service that speaks S3, in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str) -> str:
    """The address of a bucket for this test."""
    requests.put(f"{endpoint}/pictures", headers={"Authorization": "AWS4-HMAC-SHA256 Credential=x/20200101/us-east-1/s3/aws4_request"}, timeout=10)
    return "s3://pictures/of-a-site"


@pytest.fixture
def configured(configure: Callable[..., Config], migrated: Database, endpoint: str, bucket: str) -> Config:
    """A site whose files are in that bucket."""
    return configure(migrated, storage_url=bucket, storage_endpoint=endpoint, storage_key_id="key",
                     storage_secret=SecretStr("secret"))


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, configure: Callable[..., Config], migrated: Database) -> Storage:
    """Either of the two, empty."""
    if request.param == "folder":
        return ObjectStorage(adapter._store(configure(migrated, instance_dir=tmp_path)))
    made = ObjectStorage(adapter._store(request.getfixturevalue("configured")))
    made.remove([file.path for files in made.listing() for file in files])
    return made


def names(storage: Storage, prefix: str | None = None) -> list[str]:
    return sorted(file.path for files in storage.listing(prefix) for file in files)


def test_a_file_is_read_as_it_was_written(storage: Storage) -> None:
    content = bytes(range(256)) * 1000
    storage.write("ab/abc/64.webp", content)
    assert storage.read("ab/abc/64.webp") == content
    storage.write("ab/abc/64.webp", b"anew")
    assert storage.read("ab/abc/64.webp") == b"anew"


def test_a_large_file_is_kept_whole(storage: Storage) -> None:
    content = b"0123456789" * 1_048_576
    storage.write("ab/abc/upload", content)
    assert storage.read("ab/abc/upload") == content
    storage.remove(["ab/abc/upload"])


def test_a_missing_file_is_nothing_and_no_error(storage: Storage) -> None:
    assert storage.read("ab/none/64.webp") is None
    storage.remove(["ab/none/64.webp"])
    assert names(storage) == []


def test_files_are_listed_by_folder_with_size_and_age(storage: Storage) -> None:
    for path in ("ab/one/64.webp", "ab/one/256.webp", "ab/oneself/64.webp", "cd/two/64.webp"):
        storage.write(path, b"12345")
    assert names(storage, "ab/one") == ["ab/one/256.webp", "ab/one/64.webp"]
    assert len(names(storage)) == 4
    (file,) = next(iter(storage.listing("cd/two")))
    assert (file.path, file.size) == ("cd/two/64.webp", 5)
    assert abs((now() - file.written_at).total_seconds()) < 60


def test_removed_files_are_gone_with_their_folders(tmp_path: Path, storage: Storage) -> None:
    storage.write("ab/one/64.webp", b"x")
    storage.remove(["ab/one/64.webp", "ab/one/256.webp"])
    assert names(storage) == []
    assert not list(tmp_path.glob("media/*"))


def test_a_site_on_a_bucket_takes_and_serves_pictures(
    app: Flask, db_session: object, monkeypatch: pytest.MonkeyPatch, as_: Callable[..., Visitor], bob: Person,
    drain: Callable[[], object], configured: Config,
) -> None:  # fmt: skip
    monkeypatch.setitem(app.extensions, "storage", ObjectStorage(adapter._store(configured)))
    send(as_(bob), "/settings/profile/avatar", picture())
    drain()
    shown = as_(bob).get("/settings/profile").one("#picture-user-avatar img").attributes["src"]
    assert opened(as_(bob).get(str(shown)).content).size == (60, 60)
    key = str(shown).split("/")[2]
    assert len(names(app.extensions["storage"], f"{key[:2]}/{key}")) == 2


@pytest.mark.parametrize("url", ["pictures", "s3://", "ftp://pictures/x", "file:///etc"])
def test_an_address_that_is_no_bucket_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValidationError, match="STORAGE_URL"):
        Config(storage_url=url)
