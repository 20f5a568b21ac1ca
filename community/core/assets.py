"""Static files: copied from the packages at set-up, published under a content hash, served by WhiteNoise.

`python -m community.core.assets vendor` copies the listed files of `node_modules/` to `static/vendor/`.
In production the whole `static/` tree is published as `var/static/<hash>/` with `.br` and `.gz` beside each text file,
so that relative imports and `url()` keep working and every address is immutable. In development the hash is `dev`,
nothing is cached and `css/app.css` is joined on each request.
"""

import gzip
import hashlib
import logging
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import brotli
from flask import Flask
from whitenoise import WhiteNoise

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"

#: file in node_modules -> file in static/vendor; nothing else is copied
VENDOR = {
    "htmx.org/dist/htmx.esm.min.js": "htmx/htmx.js",
    "htmx.org/dist/ext/hx-ws.min.js": "htmx/hx-ws.js",
    "@github/relative-time-element/dist/bundle.js": "github/relative-time.js",
    "@github/text-expander-element/dist/bundle.js": "github/text-expander.js",
    "@github/markdown-toolbar-element/dist/index.js": "github/markdown-toolbar.js",
    "@github/file-attachment-element/dist/index.js": "github/file-attachment.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter/latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter/latin-ext.woff2",
}
#: name in an import statement -> file below static/
IMPORTS = {
    "htmx.org": "vendor/htmx/htmx.js",
    "htmx-ext/": "vendor/htmx/",
    "relative-time": "vendor/github/relative-time.js",
    "text-expander": "vendor/github/text-expander.js",
    "markdown-toolbar": "vendor/github/markdown-toolbar.js",
    "file-attachment": "vendor/github/file-attachment.js",
}
#: what js/app.js imports at once, fetched beside it
PRELOADS = ("vendor/htmx/htmx.js", "vendor/htmx/hx-ws.js", "vendor/github/relative-time.js", "js/live.js", "js/ui.js")

COMPRESSED = {".css", ".js", ".json", ".svg", ".html", ".txt", ".map", ".webmanifest"}
MIN_COMPRESSED = 500  # bytes; below it the headers outweigh the gain
KEPT = 2  # published trees: the present one and the one before, which open pages still ask for
STALE_SECONDS = 3600  # an unfinished tree older than this was left by a killed process
HASH_LENGTH = 12
INDENTATION = re.compile(r"^[ \t]+|^\n", re.MULTILINE)
OUTER_COMMENT = re.compile(r"^(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
STAMP = "packages.sha256"
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class AssetsMissing(RuntimeError):
    """The front-end packages were not installed or not copied; the message says what to run."""


def vendor(modules: Path = ROOT / "node_modules", static: Path = STATIC) -> list[Path]:
    """Copy the listed package files to `static/vendor/`, replacing what is there; return the copies."""
    missing = [name for name in VENDOR if not (modules / name).is_file()]
    if missing:
        raise AssetsMissing(f"not in {modules}: {', '.join(missing)}. Run `npm ci --omit=dev` first.")
    target = static / "vendor"
    shutil.rmtree(target, ignore_errors=True)
    copies = []
    for name, copy in VENDOR.items():
        path = target / copy
        path.parent.mkdir(parents=True, exist_ok=True)
        content = (modules / name).read_bytes()
        path.write_bytes(without_source_map(content) if path.suffix == ".js" else content)
        copies.append(path)
    (target / STAMP).write_text(vendor_stamp())
    return copies


def without_source_map(script: bytes) -> bytes:
    """The script without its last comment: the map it names is not served."""
    return re.sub(rb"\n?//# sourceMappingURL=\S+\s*\Z", b"\n", script)


def vendor_stamp() -> str:
    """A hash that changes when the locked packages or the list of copied files change."""
    lock = (ROOT / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(sorted(VENDOR.items())).encode()).hexdigest()


def is_vendored(static: Path = STATIC) -> bool:
    """Whether `static/vendor/` holds the files of the packages as they are locked now."""
    stamp = static / "vendor" / STAMP
    return stamp.is_file() and stamp.read_text() == vendor_stamp()


def joined_css(static: Path = STATIC) -> str:
    """The style sheet of all pages: tokens, base, layout, then the components by name."""
    css = static / "css"
    parts = [css / "tokens.css", css / "base.css", css / "layout.css", *sorted((css / "components").glob("*.css"))]
    return "\n".join(part.read_text() for part in parts)


def files_of(static: Path) -> Iterator[tuple[str, bytes]]:
    """Path below the tree and content of every file to publish, in a fixed order; css/app.css is the joined one."""
    for path in sorted(static.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".css":
            own = path.is_relative_to(static / "js")
            yield path.relative_to(static).as_posix(), squeezed(path.read_text()).encode() if own else path.read_bytes()
    yield "css/app.css", squeezed(joined_css(static)).encode()


def squeezed(text: str) -> str:
    """Our scripts and styles without indentation and without the comments that fill whole lines."""
    return OUTER_COMMENT.sub("", INDENTATION.sub("", text))


def publish(static: Path = STATIC, out: Path = ROOT / "var" / "static") -> str:
    """Publish the tree below `out` and return its hash; safe when several processes do it at once."""
    digest = hashlib.sha256()
    files = list(files_of(static))
    for name, content in files:
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    version = digest.hexdigest()[:HASH_LENGTH]
    out.mkdir(parents=True, exist_ok=True)
    if not (out / version).is_dir():
        build(files, out, version)
    os.utime(out / version)
    prune(out)
    return version


def build(files: Iterable[tuple[str, bytes]], out: Path, version: str) -> None:
    """Write the tree aside and move it into place whole; whoever comes second throws his own away."""
    aside = Path(tempfile.mkdtemp(prefix=".new-", dir=out))
    for name, content in files:
        path = aside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if path.suffix in COMPRESSED and len(content) > MIN_COMPRESSED:
            path.with_name(path.name + ".br").write_bytes(brotli.compress(content))
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
    aside.chmod(0o755)
    try:
        aside.rename(out / version)
    except OSError:
        shutil.rmtree(aside)
        if not (out / version).is_dir():
            raise


def prune(out: Path) -> None:
    """Remove the trees of older releases and what killed processes left."""
    trees = sorted((p for p in out.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime, reverse=True)
    whole = [p for p in trees if not p.name.startswith(".")]
    broken = [p for p in trees if p.name.startswith(".new-") and p.stat().st_mtime < time.time() - STALE_SECONDS]
    for path in (*whole[KEPT:], *broken):
        shutil.rmtree(path, ignore_errors=True)


def publish_folder(instance: Path) -> Path:
    """`var/static` of the checkout, or of the instance folder where the checkout cannot be written."""
    var = ROOT / "var"
    writable = os.access(var, os.W_OK) if var.exists() else os.access(ROOT, os.W_OK)
    return (var if writable else instance) / "static"


def init_assets(app: Flask, *, development: bool | None = None) -> None:
    """Serve `static/` in front of the app and give templates `asset`, `import_map` and `preloads`.

    The app itself must have no static folder. `development` defaults to `app.debug`. Pages work without scripts, so
    missing or outdated package files are an error in the log, not the end.
    """
    if not is_vendored():
        log.error("static/vendor is missing or outdated: `npm ci --omit=dev`, `python -m community.core.assets vendor`")
    development = app.debug if development is None else development
    if development:
        version = "dev"
        app.wsgi_app = serve_development(app.wsgi_app)  # type: ignore[method-assign, assignment]
    else:
        out = publish_folder(app.extensions["config"].instance_dir)
        version = publish(out=out)
        app.wsgi_app = serve_published(app.wsgi_app, out)  # type: ignore[method-assign, assignment]

    def asset(path: str) -> str:
        """The address of a file below static/."""
        return f"/static/{version}/{path}"

    imports = {"imports": {name: asset(path) for name, path in IMPORTS.items()}}
    modules = [asset(path) for path in PRELOADS]
    app.extensions["assets"] = asset
    app.jinja_env.globals.update(asset=asset, import_map=lambda: imports, preloads=lambda: modules)


def serve_published(wsgi_app: WSGIApplication, out: Path) -> WSGIApplication:
    """Published trees, for ever cacheable, compressed as the browser accepts."""
    immutable = rf"^/static/[0-9a-f]{{{HASH_LENGTH}}}/"
    served: WSGIApplication = WhiteNoise(wsgi_app, root=out, prefix="static/", immutable_file_test=immutable,
                                         allow_all_origins=False, add_headers_function=harden)
    return served


def harden(headers: Headers, path: str, url: str) -> None:
    """Files are only ever parts of our own pages."""
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value


def serve_development(wsgi_app: WSGIApplication, static: Path = STATIC) -> WSGIApplication:
    """The files as they are now, revalidated on each use; css/app.css joined on each request."""

    def joined(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/static/dev/css/app.css":
            return wsgi_app(environ, start_response)
        body = joined_css(static).encode()
        headers = Headers([("Content-Type", "text/css; charset=utf-8"), ("Content-Length", str(len(body)))])
        no_cache(headers, "", "")
        start_response("200 OK", headers.items())
        return [body]

    def no_cache(headers: Headers, path: str, url: str) -> None:
        harden(headers, path, url)
        headers["Cache-Control"] = "no-cache"

    served: WSGIApplication = WhiteNoise(joined, root=static, prefix="static/dev/", autorefresh=True,
                                         allow_all_origins=False, add_headers_function=no_cache)
    return served


def main(arguments: list[str]) -> int:
    """`vendor` copies the package files, `publish` builds the tree under its hash."""
    if arguments not in (["vendor"], ["publish"]):
        print("usage: python -m community.core.assets vendor|publish", file=sys.stderr)
        return 2
    try:
        print(publish() if arguments == ["publish"] else f"{len(vendor())} files copied to {STATIC / 'vendor'}")
    except AssetsMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
