"""Store of results on disk, by the file's digest and the rules; safe against a crash.

A SQLite file. Nothing in it is a program: results are packed JSON. One that is not ours, is
damaged or comes from a later version is refused and left as it is.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from .. import __version__, data
from ..finding import Result
from ..report.report import Report
from .pack import Head, PackError, head_of, unpack, unpack_report

T = TypeVar("T")
KIND = 0x676A5354
"""SQLite's application_id of a store."""
VERSION = 3
BATCH, SECONDS = 64, 1.0
"""Maximum number of results and of seconds between writes; a crash loses no more."""
PATIENCE = 30
"""Seconds to wait for another run that writes to the same store."""
REPORT = 8 * 2**20
"""Maximum bytes of a report of last year, packed and unpacked; parsed it takes far more."""
_MAGIC = b"SQLite format 3\0"
_RESULT = """CREATE TABLE result (
 id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, rules TEXT NOT NULL, prior TEXT NOT NULL,
 head TEXT NOT NULL, content BLOB NOT NULL, UNIQUE (sha256, rules, prior))"""
_SEEN = "CREATE TABLE seen (result INTEGER PRIMARY KEY, run INTEGER NOT NULL)"
_FIRST = """CREATE TABLE first (
 agency TEXT NOT NULL, finding TEXT NOT NULL, reason TEXT NOT NULL, figures TEXT NOT NULL,
 UNIQUE (agency, finding, reason))"""
_LAST = "CREATE TABLE last (sha256 TEXT PRIMARY KEY, verdict TEXT NOT NULL, codes TEXT NOT NULL)"
_TABLES = (_RESULT, _SEEN, _FIRST, _LAST)
_OLD = {1: {_RESULT, _SEEN}, 2: {_RESULT, _SEEN, _FIRST}}
"""{earlier version: its tables}."""
_ENTRY = (
    "CREATE TEMP TABLE entry (position INTEGER PRIMARY KEY, sha256 TEXT, result INTEGER,"
    " head TEXT, content BLOB)"
)
_JOINED = "FROM temp.entry e LEFT JOIN main.result r ON r.id = e.result"
_HEADS = f"SELECT e.position, e.sha256, coalesce(r.head, e.head) {_JOINED} ORDER BY e.position"
_CONTENT = f"SELECT e.position, e.sha256, coalesce(r.content, e.content) {_JOINED}"
_SENTENCES = {
    sqlite3.SQLITE_BUSY: "store-busy",
    sqlite3.SQLITE_LOCKED: "store-busy",
    sqlite3.SQLITE_READONLY: "store-closed",
    sqlite3.SQLITE_CANTOPEN: "store-closed",
    sqlite3.SQLITE_PERM: "store-closed",
    sqlite3.SQLITE_FULL: "store-full",
    sqlite3.SQLITE_CORRUPT: "store-damaged",
    sqlite3.SQLITE_NOTADB: "store-damaged",
}


class StoreError(Exception):
    """An unusable store: the name of the sentence that says why, and SQLite's own words."""

    def __init__(self, sentence: str, why: str = "") -> None:
        super().__init__(sentence, why)
        self.sentence, self.why = sentence, why


@dataclass(frozen=True, slots=True)
class KeptResult:
    """The packed result of one file; without content the store has it already.

    kept: it depends only on the file's bytes and the rules, and may be used again.
    """

    sha256: str | None
    head: str = ""
    content: bytes = b""
    kept: bool = False


@dataclass(slots=True)
class Store:
    """The results of this run and, with a file, those of earlier runs.

    rules, prior: digests of what they are checked with; results of other rules are not used.
    """

    db: sqlite3.Connection
    rules: str
    prior: str
    extra: tuple[Path, ...]
    _waiting: list[tuple[int, KeptResult]] = field(default_factory=list)
    _written: float = field(default_factory=monotonic)

    def known(self) -> frozenset[str]:
        """Return the digests of the files whose results are here."""
        query = "SELECT sha256 FROM result WHERE rules = ? AND prior = ?"
        return frozenset(sha256 for (sha256,) in self._rows(query, self.rules, self.prior))

    def add(self, position: int, answer: KeptResult) -> None:
        """Add the answer for the file at a position; it is written with its batch."""
        self._waiting.append((position, answer))
        if len(self._waiting) >= BATCH or monotonic() - self._written > SECONDS:
            self.write()

    def write(self) -> None:
        """Write all pending answers in one transaction."""
        with speaking(), self.db:
            for position, answer in self._waiting:
                self._write(position, answer)
        self._waiting.clear()
        self._written = monotonic()

    def _write(self, position: int, answer: KeptResult) -> None:
        key = (answer.sha256, self.rules, self.prior)
        if answer.content and answer.kept:
            self.db.execute(
                "INSERT OR IGNORE INTO result (sha256, rules, prior, head, content)"
                " VALUES (?, ?, ?, ?, ?)",
                (*key, answer.head, answer.content),
            )
        packed = (None, None) if answer.kept else (answer.head, answer.content)
        self.db.execute(
            "INSERT OR REPLACE INTO temp.entry SELECT ?, ?, (SELECT id FROM main.result"
            " WHERE ? AND sha256 = ? AND rules = ? AND prior = ?), ?, ?",
            (position, answer.sha256, answer.kept, *key, *packed),
        )

    def finish(self) -> None:
        """Write pending answers and record this run's results, for a later year."""
        self.write()
        with speaking(), self.db:
            self.db.execute(
                "INSERT OR REPLACE INTO seen SELECT DISTINCT result,"
                " (SELECT coalesce(max(run), 0) + 1 FROM seen)"
                " FROM temp.entry WHERE result NOT NULL"
            )

    def first(self, agency: str, finding: str, reason: str, figures: str) -> str:
        """Return the figures of a finding when a reason for it was first read; else keep these.

        agency: with form and year. finding: its code and cells.
        """
        with speaking(), self.db:
            values = (agency, finding, reason, figures)
            self.db.execute("INSERT OR IGNORE INTO first VALUES (?, ?, ?, ?)", values)
        query = "SELECT figures FROM first WHERE agency = ? AND finding = ? AND reason = ?"
        ((kept,),) = self._rows(query, *values[:3])
        return str(kept)

    def verdicts(self) -> dict[str, tuple[str, str]]:
        """Return {digest of a file: its verdict and codes in the last run that kept them}."""
        rows = self._rows("SELECT sha256, verdict, codes FROM last")
        return {sha256: (verdict, codes) for sha256, verdict, codes in rows}

    def keep(self, verdicts: Mapping[str, tuple[str, str]]) -> None:
        """Keep {digest of a file: its verdict and codes} for the next run."""
        with speaking(), self.db:
            rows = ((sha256, *kept) for sha256, kept in verdicts.items())
            self.db.executemany("INSERT OR REPLACE INTO last VALUES (?, ?, ?)", rows)

    def heads(self) -> Iterator[tuple[int, str | None, Head]]:
        """Yield (position, digest, head) of this run's results, in order of position."""
        for position, sha256, text in self._rows(_HEADS):
            yield position, sha256, _sound(head_of, text)

    def results(self, paths: Sequence[str]) -> Iterator[Result]:
        """Yield this run's results in order of position; paths: by position."""
        for position, sha256, content in self._rows(f"{_CONTENT} ORDER BY e.position"):
            yield _sound(unpack, content, paths[position], sha256, self.extra)

    def result(self, position: int, path: str) -> Result:
        """Return this run's result at one position."""
        ((_, sha256, content),) = self._rows(f"{_CONTENT} WHERE e.position = ?", position)
        return _sound(unpack, content, path, sha256, self.extra)

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        with speaking():
            for row in self.db.execute(query, values):  # noqa: UP028 - would close the cursor, late
                yield row


# ── opening ───────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def opened(
    path: Path | None, rules: str = "", prior: str = "", extra: tuple[Path, ...] = ()
) -> Iterator[Store]:
    """Open the store at a path, created if missing; without a path, a temporary store.

    Pending results are written, also after an exception. Raises StoreError.
    """
    new = path is None or not _stands(path)
    with speaking(), closing(_connected(path)) as db:
        with db:
            db.execute("BEGIN IMMEDIATE")
            if new and not _schema(db):
                db.execute(f"PRAGMA application_id = {KIND}")
                db.execute(f"PRAGMA user_version = {VERSION}")
                for table in _TABLES:
                    db.execute(table)
            _refuse_strange(db)
            if len(_schema(db)) < len(_TABLES):
                db.execute(f"PRAGMA user_version = {VERSION}")
                for table in set(_TABLES) - _schema(db):
                    db.execute(table)
        db.execute(_ENTRY)
        store = Store(db, rules, prior, extra)
        try:
            yield store
        except BaseException:
            with suppress(StoreError):
                store.write()
            raise
        store.write()


def reports(path: Path, extra: tuple[Path, ...]) -> Iterator[tuple[int, Report | None, str]]:
    """Yield (number of the run, report, reason for none) of a store's results, newest run first.

    Raises StoreError.
    """
    if not _stands(path):
        raise StoreError("store-damaged", "0 bytes")
    query = (
        "SELECT s.run, CASE WHEN length(r.content) <= ? THEN r.content END"
        " FROM seen s JOIN result r ON r.id = s.result"
        " ORDER BY s.run DESC, r.id"
    )
    with speaking(), closing(_connected(path)) as db:
        _refuse_strange(db)
        for run, content in db.execute(query, (REPORT,)):
            try:
                yield run, unpack_report(content or b"", extra, REPORT), ""
            except PackError as error:
                yield run, None, str(error)


def is_store(path: Path) -> bool:
    """Tell whether a file is a store, of any version, without opening it as one."""
    with path.open("rb") as file:
        head = file.read(72)
    return head.startswith(_MAGIC) and int.from_bytes(head[68:72]) == KIND


def _stands(path: Path) -> bool:
    """Tell whether a store is at a path; raises StoreError for anything else there."""
    try:
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            return False
        ours = path.is_file() and is_store(path)
    except OSError as error:
        raise StoreError("store-closed", error.strerror or str(error)) from None
    if not ours:
        raise StoreError("store-foreign")
    return True


def _connected(path: Path | None) -> sqlite3.Connection:
    """Return a connection; without a path, to a temporary file that is deleted with it."""
    db = sqlite3.connect(path or "", timeout=PATIENCE, isolation_level="IMMEDIATE")
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cache_size = -2000")
    return db


def _schema(db: sqlite3.Connection) -> set[str]:
    return {sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")}


def _refuse_strange(db: sqlite3.Connection) -> None:
    """Raise StoreError for a newer version, or for tables that are not those of a store."""
    ((version,),) = db.execute("PRAGMA user_version")
    if version > VERSION:
        raise StoreError("store-newer")
    if _schema(db) != {**_OLD, VERSION: set(_TABLES)}.get(version):
        raise StoreError("store-foreign")


@contextmanager
def speaking() -> Iterator[None]:
    """Convert SQLite errors to StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise StoreError(_SENTENCES.get(code, "store-failed"), str(error)) from error


def _sound(read: Callable[..., T], *arguments: object) -> T:
    """Return the object read from packed bytes; raises StoreError where they hold none."""
    try:
        return read(*arguments)
    except PackError as error:
        raise StoreError("store-damaged", str(error)) from error


def rules_of(extra: Iterable[Path]) -> str:
    """Return a digest of everything that affects verdicts: code, editions, messages."""
    home = Path(__file__).resolve().parent.parent
    files = [
        *home.rglob("*.py"),
        *data.home("templates").glob("*.toml"),
        *data.home("templates").glob("messages/*.toml"),
        *data.edition_files(extra),
    ]
    digest = hashlib.sha256(__version__.encode())
    for file in sorted(files, key=lambda path: (path.name, path)):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
