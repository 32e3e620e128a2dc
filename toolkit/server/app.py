"""The server: its addresses, its refusals, the count of its answers."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import __version__
from ..data import say
from ..workers import Limits, processors
from .gate import Bounds, Gate, Office, ProblemError, Rate, wanted_lang
from .order import PRIOR, RETURNS, Order, Refusal, Reply

JSON, FORM = "application/json", "multipart/form-data"
PROBLEM = "application/problem+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
STATUS = {"unpublished": 409, "unread": 409, "not-filled": 409, "given-up": 409}
"""Statuses of refusals; all others are 422."""
SAFE = {b"x-content-type-options": b"nosniff", b"referrer-policy": b"no-referrer"}
REFUSED = {
    400: "A form that cannot be read",
    408: "Sent too slowly",
    409: "Cannot be made of this file",
    413: "Too large",
    415: "No multipart/form-data",
    422: "A name, option or file that is wrong",
    429: "Too many requests of one address: see Retry-After",
    503: "Too much to do at present: see Retry-After",
}
"""What OpenAPI says of each refusal."""
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "detail")},
        "status": {"type": "integer"},
    },
}
_BYTES = {"type": "string", "format": "binary"}
_COUNTED = {f"/v1/{name}" for name in ("check", "pane", "fill", "publish")}
_TOLD_EACH = 1000
Lang = Literal["zh", "en"] | None
Switch = Literal["0", "1"]
PaperStyle = Annotated[Literal["docx", "html", "txt"], Query(alias="format")]
Tell = Callable[[str], None]
_USUAL, _LIMITS = Bounds(), Limits()


@dataclass(slots=True)
class Tallied:
    """The outermost layer: counts answers by address and status, and adds headers to them."""

    app: ASGIApp
    tell: Tell
    counts: Counter[str] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reply a request, and count it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SAFE.items()]
                self._count(scope["path"], message["status"])
            await send(message)

        await self.app(scope, receive, sent)

    def _count(self, path: str, status: int) -> None:
        """Count an answer; addresses of files are counted together."""
        self.counts[f"{path if path in _COUNTED else '/'} {status}"] += 1
        if self.counts.total() % _TOLD_EACH == 0:
            self.tell(self.line())

    def line(self) -> str:
        """Return the counts in a line."""
        return ", ".join(f"{name}: {count}" for name, count in sorted(self.counts.items()))


def _problem(request: Request, status: int, sentence: str, figures: Mapping[str, str],
             headers: Mapping[str, str] | None = None) -> JSONResponse:  # fmt: skip
    """Return an answer that says in words what is wrong and what to do."""
    lang = wanted_lang(request.query_params, request.headers)
    content = {
        "type": f"urn:gouji:{sentence}",
        "title": say("serve", "title", lang),
        "status": status,
        "detail": say("serve", sentence, lang, **figures),
    }
    more = {"content-language": lang, **(headers or {})}
    return JSONResponse(content, status, headers=more, media_type=PROBLEM)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    """Return the answer to a request that was refused."""
    if isinstance(error, ProblemError):
        headers = {"retry-after": str(error.retry)} if error.retry else {}
        figures = {"retry": str(error.retry or ""), **error.figures}
        return _problem(request, error.status, error.sentence, figures, headers)
    if isinstance(error, HTTPException):
        known = {404: "no-such-address", 405: "no-such-method"}
        sentence = known.get(error.status_code, "bad-request")
        return _problem(request, error.status_code, sentence, {}, error.headers)
    if isinstance(error, RequestValidationError):
        names = ", ".join(str(one["loc"][-1]) for one in error.errors())
        return _problem(request, 422, "bad-option", {"names": names})
    return _problem(request, 500, "failed", {})


def _answers(media: Sequence[str]) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of answers: the media types of a good one, and the refusals."""
    content = {each: {"schema": _BYTES if each != JSON else {"type": "object"}} for each in media}
    problem = {PROBLEM: {"schema": _PROBLEM}}
    told: dict[int | str, dict[str, Any]] = {
        code: {"description": text, "content": problem} for code, text in REFUSED.items()
    }
    return {200: {"description": "The answer", "content": content}} | told


def _form(*, prior: bool) -> dict[str, Any]:
    """Return what OpenAPI says of a request's body."""
    parts = {"file": {**_BYTES, "description": "A return: workbook, report JSON or document"}}
    if prior:
        parts["prior"] = {**_BYTES, "description": "The return or report of the year before"}
    schema = {"type": "object", "required": ["file"], "properties": parts}
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema}}}}


def _sent(answer: Reply | Refusal, media: str) -> Response:
    """Return an order's answer as a response; raises ProblemError for a refusal."""
    if isinstance(answer, Refusal):
        raise ProblemError(
            STATUS.get(answer.sentence, 422), answer.sentence, None, **answer.figures
        )
    named = f"attachment; filename*=UTF-8''{quote(answer.name)}" if answer.name else ""
    headers = {"content-disposition": named} if named else {}
    return Response(answer.content, headers=headers, media_type=media)


def create(
    folder: Path | None = None,
    bounds: Bounds = _USUAL,
    tell: Tell = print,
    jobs: int | None = None,
    limits: Limits = _LIMITS,
) -> Tallied:
    """Return the server; folder: of its files, as `gouji page --pane` writes them.

    tell: takes the line of counts. jobs: the number of workers, one for each processor by default.
    """
    gate, office = Gate(bounds, Rate(bounds)), Office(bounds)

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        crews = await office.start(jobs or processors(), limits)
        try:
            yield
        finally:
            for crew in crews:
                crew.workers.close(at_once=True)
            tell(counted.line())

    app = FastAPI(title="gouji", version=__version__, docs_url=None, redoc_url=None, lifespan=alive)
    for kind in (ProblemError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _refused)
    _routes(app, gate, office)
    if folder is not None:
        app.mount("/", StaticFiles(directory=folder, html=True))
    counted = Tallied(app, tell)
    return counted


def _routes(app: FastAPI, gate: Gate, office: Office) -> None:
    """Add the addresses of the contract."""

    async def answer(request: Request, wish: str, lang: Lang, **terms: Any) -> Reply | Refusal:
        files = await gate.received(request)
        if "file" not in files:
            raise ProblemError(422, "no-file")
        name, content = files["file"]
        laid, prior = {f"{RETURNS}/{name}": content}, None
        if "prior" in files:
            prior, content = files["prior"]
            laid[f"{PRIOR}/{prior}"] = content
        spoken = lang or wanted_lang(request.query_params, request.headers)
        return await office.done(Order(wish, name, prior, spoken, **terms), laid)

    @app.get("/healthz")
    async def healthz() -> dict[str, bool | str]:
        return {"ok": True, "version": __version__}

    both, json = _form(prior=True), _answers([JSON])

    @app.post("/v1/check", openapi_extra=both, responses=json, response_class=Response)
    async def check(request: Request, explain: Switch = "0", lang: Lang = None) -> Response:
        return _sent(await answer(request, "check", lang, explain=explain == "1"), JSON)

    @app.post("/v1/pane", openapi_extra=both, responses=json, response_class=Response)
    async def pane(request: Request, lang: Lang = None) -> Response:
        return _sent(await answer(request, "pane", lang), JSON)

    one, book = _form(prior=False), _answers([XLSX])

    @app.post("/v1/fill", openapi_extra=one, responses=book, response_class=Response)
    async def fill(request: Request, lang: Lang = None) -> Response:
        return _sent(await answer(request, "fill", lang), XLSX)

    papers = _answers(list(MEDIA.values()))

    @app.post("/v1/publish", openapi_extra=both, responses=papers, response_class=Response)
    async def publish(request: Request, style: PaperStyle = "docx", lang: Lang = None) -> Response:
        return _sent(await answer(request, "publish", lang, style=style), MEDIA[style])
