"""Static files: what is copied, published and served."""

import gzip
import multiprocessing
import os
import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from flask import Flask
from werkzeug.test import Client

from community.core import assets

YEAR = 365 * 24 * 3600


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A small static tree."""
    tree = tmp_path / "static"
    for name, text in {
        "css/tokens.css": "@layer base, components;",
        "css/base.css": "@layer base {\n  /* all pages */\n  p { margin: 0; }\n}\n" * 20,
        "css/layout.css": "@layer base { main { display: grid; } }",
        "css/components/a.css": "@layer components { .a { color: red; } }",
        "css/components/b.css": "@layer components { .b { color: red; } }",
        "js/app.js": "// the entry\nexport const answer = 42; // kept\n" * 30,
        "icon.svg": "<svg/>",
    }.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    (tree / "vendor/inter").mkdir(parents=True)
    (tree / "vendor/inter/latin.woff2").write_bytes(bytes(1000))
    return tree


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "var" / "static"


def nothing_there(environ: object, start_response: object) -> Iterator[bytes]:
    """The application behind the files."""
    start_response("404 Not Found", [])  # type: ignore[operator]
    return iter([b"from the application"])


def test_only_the_listed_package_files_are_copied(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    for name in (*assets.VENDOR, "htmx.org/dist/htmax.js"):
        (modules / name).parent.mkdir(parents=True, exist_ok=True)
        (modules / name).write_text("code();\n//# sourceMappingURL=code.js.map")
    (tmp_path / "static/vendor").mkdir(parents=True)
    (tmp_path / "static/vendor/left.js").write_text("from before")

    assets.vendor(modules, tmp_path / "static")

    copied = {p.relative_to(tmp_path / "static/vendor").as_posix() for p in tmp_path.glob("static/vendor/*/*")}
    assert copied == set(assets.VENDOR.values())
    assert not (tmp_path / "static/vendor/left.js").exists()
    assert (tmp_path / "static/vendor/htmx/htmx.js").read_text() == "code();\n"
    assert assets.is_vendored(tmp_path / "static")


def test_without_packages_the_message_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsMissing, match="npm ci --omit=dev"):
        assets.vendor(tmp_path / "node_modules", tmp_path / "static")


def test_the_locked_packages_name_exact_versions_and_no_place_to_load_from() -> None:
    lock = (assets.ROOT / "package-lock.json").read_text()
    assert lock.count('"integrity"') >= 6
    assert '"resolved"' not in lock
    assert "registry" not in lock
    package = (assets.ROOT / "package.json").read_text()
    versions = re.findall(r'"(?:@[\w-]+/)?[\w.-]+": "([^"]+)"', package.split('"dependencies"')[1])
    assert len(versions) >= 6
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


def test_the_same_files_are_published_under_the_same_address(static: Path, out: Path) -> None:
    assert assets.publish(static, out) == assets.publish(static, out)
    assert len(list(out.iterdir())) == 1


def test_any_change_renews_the_address(static: Path, out: Path) -> None:
    before = assets.publish(static, out)
    (static / "css/components/b.css").write_text("@layer components { .b { color: blue; } }")
    after = assets.publish(static, out)
    assert after != before
    assert "blue" in (out / after / "css/app.css").read_text()


def test_a_renamed_file_renews_the_address(static: Path, out: Path) -> None:
    before = assets.publish(static, out)
    (static / "icon.svg").rename(static / "mark.svg")
    assert assets.publish(static, out) != before


def test_the_style_sheet_holds_the_layers_in_order(static: Path, out: Path) -> None:
    css = (out / assets.publish(static, out) / "css/app.css").read_text()
    places = [css.index(part) for part in ("@layer base, components;", "p { margin", "main {", ".a {", ".b {")]
    assert places == sorted(places)


def test_text_is_compressed_and_pictures_and_small_files_are_not(static: Path, out: Path) -> None:
    tree = out / assets.publish(static, out)
    css = (tree / "css/app.css").read_bytes()
    assert brotli.decompress((tree / "css/app.css.br").read_bytes()) == css
    assert gzip.decompress((tree / "css/app.css.gz").read_bytes()) == css
    assert not (tree / "vendor/inter/latin.woff2.br").exists()
    assert not (tree / "icon.svg.gz").exists()


def test_published_scripts_lose_comments_and_keep_code() -> None:
    script = '/**\n * What it does.\n */\nconst a = 1; // why\n  // a line\n/** @type {x} */ (b).c();\n/* one */\nconst u = "//x";\n'
    assert assets.squeezed(script) == 'const a = 1; // why\n/** @type {x} */ (b).c();\nconst u = "//x";\n'


def test_the_tree_before_is_kept_for_open_pages_and_older_ones_go(static: Path, out: Path) -> None:
    versions = []
    for n in range(3):
        (static / "icon.svg").write_text(f"<svg id='{n}'/>")
        versions.append(assets.publish(static, out))
        os.utime(out / versions[-1], (n + 1, n + 1))
    assets.prune(out)
    assert {p.name for p in out.iterdir()} == set(versions[1:])


def test_what_a_killed_process_left_is_removed_after_an_hour(static: Path, out: Path) -> None:
    for name, age in ((".new-old", 2 * assets.STALE_SECONDS), (".new-young", 0)):
        (out / name).mkdir(parents=True)
        stamp = (out / name).stat().st_mtime - age
        os.utime(out / name, (stamp, stamp))
    version = assets.publish(static, out)
    assert {p.name for p in out.iterdir()} == {version, ".new-young"}


def _publish(static: Path, out: Path, start: object, results: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    results.put(assets.publish(static, out))  # type: ignore[attr-defined]


def test_processes_that_publish_at_once_leave_one_whole_tree(static: Path, out: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    start, results = spawn.Barrier(3), spawn.Queue()
    workers = [spawn.Process(target=_publish, args=(static, out, start, results)) for _ in range(3)]
    for worker in workers:
        worker.start()
    versions = {results.get(timeout=60) for _ in workers}
    for worker in workers:
        worker.join(timeout=60)
        assert worker.exitcode == 0
    assert len(versions) == 1
    assert [p.name for p in out.iterdir()] == list(versions)
    published = {name for name, _ in assets.files_of(static)}
    assert all((out / next(iter(versions)) / name).is_file() for name in published)


def test_a_published_file_is_compressed_and_kept_for_ever(static: Path, out: Path) -> None:
    version = assets.publish(static, out)
    client = Client(assets.serve_published(nothing_there, out))  # type: ignore[arg-type]
    answer = client.get(f"/static/{version}/css/app.css", headers={"Accept-Encoding": "br, gzip"}, buffered=True)
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.cache_control.immutable
    assert answer.cache_control.max_age >= YEAR
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert b"p { margin: 0; }" in brotli.decompress(answer.data)


def test_the_address_of_another_release_is_not_found(static: Path, out: Path) -> None:
    assets.publish(static, out)
    client = Client(assets.serve_published(nothing_there, out))  # type: ignore[arg-type]
    answer = client.get("/static/000000000000/css/app.css", buffered=True)
    assert answer.status_code == 404
    assert answer.data == b"from the application"


def test_in_development_the_style_sheet_is_joined_on_each_request(static: Path) -> None:
    client = Client(assets.serve_development(nothing_there, static))  # type: ignore[arg-type]
    assert "blue" not in client.get("/static/dev/css/app.css", buffered=True).text
    (static / "css/components/b.css").write_text(".b { color: blue; }")
    answer = client.get("/static/dev/css/app.css", buffered=True)
    assert ".b { color: blue; }" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"
    script = client.get("/static/dev/js/app.js", buffered=True)
    assert "// the entry" in script.text
    assert script.headers["Cache-Control"] == "no-cache"


def test_pages_get_addresses_that_exist() -> None:
    if not assets.is_vendored():
        pytest.fail("run `npm ci --omit=dev` and `python -m community.core.assets vendor` first")
    app = Flask("community", static_folder=None)
    assets.init_assets(app, development=True)
    client = app.test_client()
    helpers = app.jinja_env.globals
    imports = helpers["import_map"]()["imports"]
    addresses = [*helpers["preloads"](), *imports.values(), helpers["asset"]("css/app.css")]
    for address in addresses:
        status = client.get(address + "hx-ws.js" if address.endswith("/") else address, buffered=True).status_code
        assert (address, status) == (address, 200)
