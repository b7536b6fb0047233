"""Debian's nginx in front of the site as docs/deploy/nginx.conf has it, but on a local port and without TLS."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from django.conf import settings

from dev.bench.servers.processes import Server, free_port, inherited, running

CONFIGURATION = Path(settings.BASE_DIR) / "docs" / "deploy" / "nginx.conf"
DEPLOYED_FOLDER = "/var/lib/attune"  # in that file; it is VAR_DIR
PROXIED = "http://127.0.0.1:8000"
MISSING = "nginx is missing, so what it serves is not measured: apt-get install nginx."
STATIC_FILE = "/bench/file"

# Directives of the deployed server that belong to its name, its certificate and its logs.
ELSEWHERE = re.compile(
    r"^\s*(listen|server_name|ssl_\w+|access_log|error_log|http2)\s[^;]*;\s*$", re.MULTILINE
)
OTHER_NAMES = re.compile(r"^\s*if \(\$host != [^)]*\) \{[^}]*\}\s*$", re.MULTILINE)

MAIN = """\
{user}
include /etc/nginx/modules-enabled/*.conf;
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    access_log off;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
{site}
}}
"""


def program() -> str | None:
    """Where nginx is: /usr/sbin is often on root's path alone."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def has_page_files() -> bool:
    """Whether the deployed configuration looks for finished pages."""
    return "try_files" in CONFIGURATION.read_text()


def blocks(text: str) -> Iterator[str]:
    """The statements of a configuration's outermost level, each whole: `map … { … }`, `server { … }`."""
    depth = begun = 0
    for place, sign in enumerate(text):
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        if depth == 0 and sign in "};":
            yield text[begun : place + 1].strip()
            begun = place + 1


def adapted(text: str, *, port: int, site_port: int, folder: Path) -> str:
    """The deployed configuration for `port`: all but other names, redirects to TLS and certificates."""
    text = re.sub(r"^\s*#.*$|\s#\s.*$", "", text, flags=re.MULTILINE)
    kept = []
    for block in blocks(text):
        if re.match(r"server\s*\{", block):
            if "proxy_pass" not in block:
                continue  # other names, and the redirect to TLS
            body = OTHER_NAMES.sub("", ELSEWHERE.sub("", block))
            block = re.sub(r"server\s*\{", f"server {{\n    listen 127.0.0.1:{port};\n", body, count=1)
        kept.append(block)
    return (
        "\n".join(kept)
        .replace(DEPLOYED_FOLDER, str(folder))
        .replace(PROXIED, f"http://127.0.0.1:{site_port}")
    )


def serve_site(site: Server, folder: Path) -> AbstractContextManager[Server]:
    """nginx before the site's server; the CPU time of both counts."""
    port = free_port()
    text = adapted(CONFIGURATION.read_text(), port=port, site_port=site.port, folder=folder)
    return serve("nginx", text, port, folder, site.pids)


def serve_file(body: bytes, folder: Path) -> AbstractContextManager[Server]:
    """nginx with one static file, of the size of a page as it is sent: what serving those bytes costs at least."""
    port = free_port()
    file = folder / STATIC_FILE.lstrip("/")
    file.parent.mkdir(parents=True)
    file.write_bytes(body)
    text = f"server {{ listen 127.0.0.1:{port}; location / {{ root {folder}; default_type text/html; }} }}"
    return serve("static file", text, port, folder, ())


def serve(
    name: str, text: str, port: int, folder: Path, pids: tuple[int, ...]
) -> AbstractContextManager[Server]:
    nginx = program()
    if nginx is None:
        raise FileNotFoundError(MISSING)
    file = folder / f"nginx-{name.replace(' ', '-')}.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # or it would read as somebody who may not
    file.write_text(MAIN.format(user=user, folder=folder, site=text))
    return running(name, [nginx, "-c", str(file)], inherited(), port, pids=pids)
