"""Objects packed for another process; an edition goes by its name, as each process loads its own."""

import pickle
from copyreg import dispatch_table
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from ..edition import edition as editions
from ..edition.edition import Edition
from ..edition.shape import EditionError


def packed(content: object, extra: tuple[Path, ...]) -> bytes:
    """Return pickled data; an edition is stored by its name, as each process loads its own."""
    target = BytesIO()
    pickler = pickle.Pickler(target)
    reducers = {Edition: lambda edition: (by_name, (edition.form, edition.name, extra))}
    pickler.dispatch_table = cast("Any", dispatch_table | reducers)
    pickler.dump(content)
    return target.getvalue()


def by_name(form: str, name: str, extra: tuple[Path, ...]) -> Edition:
    """Return this process's own edition, by the name from another process."""
    edition = editions.named(form, name, extra)
    if edition is None:
        raise EditionError(f"{form}/{name}: no such edition; it was there a moment ago")
    return edition
