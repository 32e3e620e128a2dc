"""Files at addresses, examined as copies that are fetched many at a time."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..campaign.bulk import Each, Task
from ..files.distant import fetched, is_address
from ..files.examine import Read
from ..files.gathering import Listing, file_of

BATCH = 50
"""Files that are fetched at a time."""


def examined(each: Each, task: Task, paths: Sequence[str]) -> Iterator[Any]:
    """Yield a task's answers for paths of which some are addresses.

    each: examines the copies. The next are fetched while the former are examined.
    """
    with tempfile.TemporaryDirectory(prefix="gouji-") as home, ThreadPoolExecutor(1) as ahead:
        parts = [paths[at : at + BATCH] for at in range(0, len(paths), BATCH)]
        folders = [Path(home) / f"batch{number}" for number, _ in enumerate(parts)]
        coming = ahead.submit(copies, parts[0], folders[0])
        for number, part in enumerate(parts):
            here = coming.result()
            if number + 1 < len(parts):
                coming = ahead.submit(copies, parts[number + 1], folders[number + 1])
            answers = each(task, [here[path] for path in part])
            for path, answer in zip(part, answers, strict=True):
                yield renamed(answer, here[path], path)
            shutil.rmtree(folders[number], ignore_errors=True)


def copies(paths: Sequence[str], folder: Path) -> dict[str, str]:
    """Return {path: path of the copy in a folder} of addresses; other paths as they are."""
    folder.mkdir()
    files = {path: file_of(path) for path in paths}
    addresses = [file for file in dict.fromkeys(files.values()) if is_address(file)]
    here = dict(zip(addresses, fetched(addresses, folder), strict=True))
    return {path: here.get(file, file) + path[len(file) :] for path, file in files.items()}


def renamed(answer: Any, copy: str, path: str) -> Any:
    """Return an answer for a copy as that for its path."""
    if isinstance(answer, Read):
        return replace(answer, path=path)
    if not isinstance(answer, Listing):
        return answer

    def back(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(path + name.removeprefix(copy) for name in names)

    passed = tuple(replace(one, path=path + one.path.removeprefix(copy)) for one in answer.passed)
    return Listing(back(answer.returns), back(answer.others), passed, back(answer.documents))
