"""`gouji serve`: a small server that checks, fills and publishes an upload, and keeps nothing."""

import socket
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from ..data import reason, refused, say
from ..escape import inert
from .console import Inputs, command, help_text, options, stop

_LOCAL = ("127.0.0.1", "localhost", "::1")
_PROXY = "127.0.0.1,::1"
"""Addresses that may say whose request they pass on: a proxy on the same computer."""


@command("serve")
@options()
@click.option("--host", default="127.0.0.1", help=help_text("serve-host"))
@click.option("--port", default=8765, type=click.IntRange(0, 65535), help=help_text("serve-port"))
@click.option("--cert", help=help_text("serve-cert"))
@click.option("--key", help=help_text("serve-key"))
@click.option("--files", help=help_text("serve-files"))
def serve(
    inputs: Inputs, *, host: str, port: int, cert: str | None, key: str | None, files: str | None
) -> None:
    from ..files.installed import advice

    lang = inputs.lang
    try:
        import uvicorn

        from ..server.app import create
    except ModuleNotFoundError:
        stop("no-server", lang, do=advice("fastapi")[lang])
    if files is not None and not Path(files).is_dir():
        stop("no-path", lang, path=files)
    secure = _certificate(cert, key, lang)

    def tell(counts: str) -> None:
        click.echo(say("cli", "serve-counts", lang, counts=counts), err=True)

    app = create(Path(files) if files else None, tell=tell)
    config = uvicorn.Config(
        app, **secure, log_level="critical", access_log=False, server_header=False,
        forwarded_allow_ips=_PROXY, timeout_graceful_shutdown=10,
    )  # fmt: skip
    with _listening(host, port, lang) as bound:
        name = f"[{host}]" if ":" in host else host
        url = f"{'https' if secure else 'http'}://{name}:{bound.getsockname()[1]}/"
        click.echo(say("cli", "serve-at", lang, url=url), err=True)
        if not secure and host not in _LOCAL:
            click.echo(say("cli", "serve-plain", lang), err=True)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run([bound])


def _certificate(cert: str | None, key: str | None, lang: str) -> dict[str, Any]:
    """Return the options for https, empty without; exit where certificate or key cannot be used."""
    if bool(cert) != bool(key):
        stop("serve-pair", lang)
    if not cert or not key:
        return {}
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except ssl.SSLError as error:
        stop("serve-cert", lang, path=cert, why=error.reason or "SSL")
    except OSError as error:
        stop("serve-cert", lang, path=cert, why=reason(refused(error), lang))
    return {"ssl_certfile": cert, "ssl_keyfile": key}


def _listening(host: str, port: int, lang: str) -> socket.socket:
    """Return a socket that listens; exit where the address is taken or is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        why = reason(refused(error), lang)
        stop("serve-port", lang, host=inert(host), port=port, why=why)
