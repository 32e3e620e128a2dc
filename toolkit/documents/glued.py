"""Numbers without blanks between them: how a row of digits may be parted, by the form's own sums."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from ..edition.balance import Balance
from ..edition.edition import Edition

DIGITS_LIMIT = 60
"""Most digits of a row that are parted."""
READINGS_LIMIT, STEPS_LIMIT = 2_000, 20_000
"""Most readings of a row, and most steps to find them; beyond either the row is not parted."""
PartedRow = tuple[str, ...]
"""The cells of a row as text."""


def parted(
    edition: Edition, rows: Mapping[tuple[str, ...], Sequence[str]]
) -> dict[tuple[str, ...], PartedRow]:
    """Return {keys of a row: its cells} for the rows that the sums leave one reading.

    rows: {keys: pieces of text in which their numbers stand}. Sums within a row are tried first,
    then those over several rows of which all but one are known. None of this is certain.
    """
    left = {keys: _readings(edition, keys, pieces) for keys, pieces in rows.items()}
    left = {keys: readings for keys, readings in left.items() if readings}
    count = -1
    while count != sum(map(len, left.values())):
        count = sum(map(len, left.values()))
        known = {
            key: readings[0][place]
            for keys, readings in left.items()
            if len(readings) == 1
            for place, key in enumerate(keys)
        }
        for keys, readings in left.items():
            if len(readings) > 1:
                balances = [b for b in edition.balances if _is_of(b, keys, known)]
                left[keys] = [
                    digits for digits in readings if _holds(balances, keys, digits, known)
                ]
    return {keys: readings[0] for keys, readings in left.items() if len(readings) == 1}


def _is_of(balance: Balance, keys: tuple[str, ...], known: Mapping[str, str]) -> bool:
    """Tell whether a balance has only keys of a row and known ones, and one of the row's."""
    own = {*balance.left, *balance.right}
    return bool(own & set(keys)) and all(key in keys or key in known for key in own)


def _holds(
    balances: Sequence[Balance], keys: tuple[str, ...], reading: PartedRow, known: Mapping[str, str]
) -> bool:
    """Tell whether all equations hold with a reading of a row."""
    values = {**known, **dict(zip(keys, reading, strict=True))}
    return all(
        balance.relation != "="
        or sum(int(values[key]) for key in balance.left)
        == sum(int(values[key]) for key in balance.right)
        for balance in balances
    )


def _readings(edition: Edition, keys: tuple[str, ...], pieces: Sequence[str]) -> list[PartedRow]:
    """Return the ways to part digits into a number for each key, sums of the row right.

    None where there are too many: what is left of them by other sums would prove nothing.
    """
    digits = "".join(pieces)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > DIGITS_LIMIT:
        return []
    ends = set(accumulate(map(len, pieces)))
    sums = {
        keys.index(key): [keys.index(part) for part in edition.computes[key].right]
        for key in keys
        if key in edition.computes and set(edition.computes[key].right) <= set(keys)
    }
    found: list[PartedRow] = []
    stack: list[tuple[PartedRow, int]] = [((), 0)]
    for _ in range(STEPS_LIMIT):
        if not stack or len(found) > READINGS_LIMIT:
            break
        done, place = stack.pop()
        if len(done) == len(keys):
            found += [done] if place == len(digits) else []
            continue
        for end in _ends(digits, place, ends):
            one = (*done, digits[place:end])
            parts = sums.get(len(done))
            if parts is None or sum(int(one[part]) for part in parts) == int(one[-1]):
                stack.append((one, end))
    return [] if stack or len(found) > READINGS_LIMIT else found


def _ends(digits: str, place: int, ends: set[int]) -> Iterator[int]:
    """Yield where a number from a place on may end: no 0 in front of others, none over a blank."""
    if place < len(digits):
        limit = min(end for end in ends if end > place)
        yield from range(place + 1, place + 2 if digits[place] == "0" else limit + 1)
