"""Workers that examine files: processes of this computer, or those of a cluster."""

from collections.abc import Iterator
from contextlib import contextmanager

from .pool import (
    USUAL,
    ClusterError,
    Given,
    Limits,
    Lost,
    Workers,
    document_at,
    processors,
    warm,
)
from .pool import workers as of_this_computer

__all__ = [
    "ClusterError",
    "Given",
    "Limits",
    "Lost",
    "Workers",
    "document_at",
    "processors",
    "warm",
    "workers",
]


@contextmanager
def workers(
    given: Given,
    jobs: int | None = None,
    limits: Limits = USUAL,
    engine: str | None = None,
) -> Iterator[Workers]:
    """Yield workers that are stopped at the end, also after an error.

    engine: dask://HOST:PORT of a cluster's scheduler, None for this computer. Raises ClusterError.
    """
    if engine is None:
        with of_this_computer(given, jobs, limits) as crew:
            yield crew
        return
    from .cluster import joined  # noqa: PLC0415 - an extra

    with joined(engine, given) as spread:
        yield Workers(given, jobs, limits, spread)
