"""Old Word documents (.doc) as bytes, for tests: a compound file, text, properties of paragraphs and signs."""

import struct

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
INSIDE, ROW_END = b"\x16\x24\1", b"\x16\x24\1\x17\x24\1"


def padded(source, size=512):
    return source + bytes(-len(source) % size)


def compound(streams, *, listed=False):
    """Return a compound file; listed: its table of sectors is named by a sector, not by the header."""
    sectors, table, small, pool, entries = [], [], [], b"", []

    def place(source):
        first, number = len(sectors), max(-(-len(source) // 512), 1)
        sectors.extend(padded(source or b"\0")[n * 512 :][:512] for n in range(number))
        table.extend([*range(first + 1, first + number), END])
        return first

    for name, source in streams.items():
        if len(source) >= 4096:
            entries.append((name, 2, place(source), len(source)))
            continue
        first, number = len(small), -(-len(source) // 64)
        small += [*range(first + 1, first + number), END][:number]
        pool += padded(source, 64)
        entries.append((name, 2, first, len(source)))
    mini = place(struct.pack(f"<{len(small)}L", *small).ljust(512, b"\xff")) if small else END
    entries.insert(0, ("Root Entry", 5, place(pool) if pool else END, len(pool)))
    directory = b""
    for number, (name, kind, first, size) in enumerate(entries):
        child = 1 if not number and len(entries) > 1 else FREE
        right = number + 1 if 0 < number < len(entries) - 1 else FREE
        wide = name.encode("utf-16-le")
        directory += struct.pack("<64sHBB3L36xLLL", wide, len(wide) + 2, kind, 1, FREE, right, child,
                                 first, size, 0)  # fmt: skip
    start = place(directory)
    more = place(bytes(512)) if listed else END
    needed = -(-(len(table) + 8) // 127)
    own = range(len(sectors), len(sectors) + needed)
    table += [FAT] * needed
    numbers = struct.pack(f"<{len(table)}L", *table).ljust(512 * needed, b"\xff")
    names = struct.pack(f"<{needed}L", *own)
    if listed:
        sectors[more] = names.ljust(508, b"\xff") + struct.pack("<L", END)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x", 62, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9L", 0, needed, start, 0, 4096, mini, 1, more, int(listed))
    head += (b"" if listed else names).ljust(436, b"\xff")
    return head + b"".join(sectors) + numbers


def pages(runs, width):
    """Return the pages of properties of runs (first, end, properties), and the first byte of each."""
    found, left = [], list(runs)
    while left:
        taken, size = [], 0
        while left and 4 + (5 + width) * (len(taken) + 1) + size + len(left[0][2]) + 6 < 500:
            taken.append(left.pop(0))
            size += len(taken[-1][2]) + 6
        page, places, at = bytearray(512), [], 510
        for _, _, changes in taken:
            if width == 1:
                block = bytes([len(changes)]) + changes
            elif len(changes) % 2:
                block = bytes([len(changes) // 2 + 2]) + b"\0\0" + changes
            else:
                block = bytes([0, len(changes) // 2 + 1]) + b"\0\0" + changes
            at = (at - len(block)) // 2 * 2
            page[at : at + len(block)] = block
            places.append(at // 2 if changes else 0)
        bounds = struct.pack(f"<{len(taken) + 1}L", *(run[0] for run in taken), taken[-1][1])
        page[: len(bounds)] = bounds
        for number, place in enumerate(places):
            page[len(bounds) + width * number] = place
        page[511] = len(taken)
        found.append((taken[0][0], bytes(page)))
    return found


def streams(paragraphs, *, hidden=(), narrow=False, flags=0x200, **options):
    """Return the streams of a document.

    paragraphs: (text with its mark, changes). title: stream of the properties. hidden: (first sign, end, changes). narrow: one byte a
    sign. change: of the first piece. second: the text is in two pieces.
    """
    whole = "".join(text for text, _ in paragraphs)
    wide = 1 if narrow else 2
    text = whole.encode("cp1252" if narrow else "utf-16-le")
    data, runs, at = b"", [], 1024
    for one, changes in paragraphs:
        end = at + len(one.encode("cp1252" if narrow else "utf-16-le"))
        if len(changes) > 200:
            block = struct.pack("<H", len(changes)) + changes
            runs.append((at, end, struct.pack("<HL", 0x6646, len(data))))
            data += block
        else:
            runs.append((at, end, changes))
        at = end
    signs, last = [], 1024
    for first, end, changes in hidden:
        place, until = 1024 + first * wide, 1024 + end * wide
        signs += [(last, place, b""), (place, until, changes)]
        last = until
    signs.append((last, at, b""))
    main, table, places = bytearray(1024) + padded(text), bytearray(16), {}
    for place, found in ((0xFA, pages(signs, 1)), (0x102, pages(runs, 13))):
        numbers = []
        for _, page in found:
            numbers.append(len(main) // 512)
            main += page
        firsts = [first for first, _ in found] + [at]
        block = struct.pack(f"<{len(firsts)}L{len(numbers)}L", *firsts, *numbers)
        places[place] = len(table), len(block)
        table += block
    count = len(text) // wide
    cuts = [0, 1, count] if options.get("second") else [0, count]
    blocks = b"".join(
        struct.pack("<HLH", 0, (1024 + cut * wide) * (2 if narrow else 1) | narrow << 30, options.get("change", 0))
        for cut in cuts[:-1])  # fmt: skip
    listed = struct.pack(f"<{len(cuts)}L", *cuts) + blocks
    clx = b"\1\2\0ab\2" + struct.pack("<L", len(listed)) + listed
    places[0x1A2] = len(table), len(clx)
    table += clx
    struct.pack_into("<2H", main, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", main, 10, flags)
    struct.pack_into("<L", main, 0x4C, count)
    for place, numbers in places.items():
        struct.pack_into("<2L", main, place, *numbers)
    found = {
        "WordDocument": padded(bytes(main), 4096),
        "1Table" if flags & 0x200 else "0Table": bytes(table),
    }
    found |= {"Data": data} if data else {}
    return found | ({"\5SummaryInformation": options["title"]} if options.get("title") else {})


def properties(title, page=936, kind=0x1E):
    """Return the stream of a document's properties with a title, in bytes."""
    body = struct.pack("<2L", kind, len(title)) + title
    section = struct.pack("<6L", 0, 2, 1, 24, 2, 32) + struct.pack("<LHH", 2, page, 0) + body
    return bytes(44) + struct.pack("<L", 48) + section


def row(edges, flags=(), more=b""):
    """Return the end of a row with its definition; flags: of its cells."""
    count = len(edges) - 1
    body = struct.pack(f"<B{count + 1}h", count, *edges)
    body += b"".join(struct.pack("<H18x", flag) for flag in flags)
    return "\7", ROW_END + struct.pack("<HH", 0xD608, len(body) + 1) + body + more


def cells(*texts):
    return [(f"{text}\7", INSIDE) for text in texts]


def doc(paragraphs, **options):
    """Return a document."""
    return compound(streams(paragraphs, **options))


def as_doc(paper):
    """Return a report as Word writes it: cells by their edges, continued downwards where they are high."""
    parts = [(f"{paper.title}\r", b"")]
    for caption, text, rows in paper.sections:
        parts += [(f"{caption}\r", b""), (f"{text}\r", b"")]
        going = {}
        for line in rows:
            column, left, edges, flags = 0, list(line), [0], []
            while left or column in going:
                if column in going:
                    columns, rest = going.pop(column)
                    words, flag = "", 0x20
                else:
                    box = left.pop(0)
                    columns, rest, words = box.columns, box.rows, box.text
                    flag = 0x60 if box.rows > 1 else 0
                if rest > 1:
                    going[column - 10_000] = (columns, rest - 1)
                parts += cells(words)
                flags.append(flag)
                column += columns
                edges.append(column * 500)
            going = {start + 10_000: one for start, one in going.items()}
            parts.append(row(edges, flags))
    return doc([*parts, ("\r", b"")])
