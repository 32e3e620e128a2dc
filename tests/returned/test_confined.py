"""A file affects only its own verdict: unbounded numbers, texts, lists and sheets."""

import io
import json
import os
import re
import zipfile
import zlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from time import process_time

import hypothesis
import mutations
import pytest
import tamper
from click.testing import CliRunner
from hypothesis import strategies as st

from toolkit import cli
from toolkit.campaign import bulk, pack
from toolkit.campaign.bulk import Given
from toolkit.campaign.pack import PackError, unpack
from toolkit.campaign.store import opened
from toolkit.check import check
from toolkit.files.archive import unpacked
from toolkit.files.examine import examine
from toolkit.finding import QUOTED, Batch
from toolkit.output import FORMATS
from toolkit.page import returns as page_returns
from toolkit.page.desk import Desk
from toolkit.report import schema
from toolkit.report.report import ReportError, as_json, dumps, from_json, parse_json, proposal
from toolkit.returned.read import read
from toolkit.workers.pool import UNPACKED, few
from toolkit.xlsx import formula as tokens
from toolkit.xlsx.zip import Rejected

SECONDS = 3.0
"""Maximum CPU seconds for any file."""
BOOK, LINKS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
HALF = "坏\ud800局"


def source(**changes: object) -> dict:
    """Return a complete report as JSON has it."""
    return json.loads(dumps(as_json(read(tamper.filled()).report))) | changes


def codes(result) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in result.findings]


def examined(path: Path, content: bytes | str):
    """Return the result of a file, within the seconds for one file."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = process_time()
    result = examine(str(path))
    assert process_time() - before <= SECONDS
    return result


# ── numbers ───────────────────────────────────────────────────────────────────────────────────────

ENDLESS = ("1e99999999", "1E-99999999", "0e99999999", "-1e1001", "7" * 1001, f"0.{'3' * 1000}")


@pytest.mark.parametrize("number", ENDLESS)
@pytest.mark.parametrize(
    "where", ["[{}]", '{{"values": {{"x.y.z": {}}}}}', '{{"a": [{{"b": {}}}]}}']
)
def test_a_number_too_long_to_write_out_is_refused_wherever_it_stands(number, where):
    with pytest.raises(ReportError) as caught:
        parse_json(where.format(number))
    assert (caught.value.code, caught.value.figures) == ("bad-json", {"why": f"{number[:30]}…"})


def test_a_number_of_a_thousand_digits_is_read_exactly():
    assert parse_json("[1e1000, %s]" % ("7" * 1000)) == [Decimal("1e1000"), int("7" * 1000)]


@pytest.mark.parametrize("number", ENDLESS)
def test_a_number_out_of_bounds_costs_its_own_file(tmp_path, number):
    text = dumps(source()).replace('"values": {', f'"values": {{"x.y.z": {number},')
    result = examined(tmp_path / "a.json", text)
    assert (result.verdict, codes(result)) == ("reject", [("bad-json", "error")])
    assert number[:8] in result.findings[0].message("zh")


@pytest.mark.parametrize("text", ["9" * 200_000, "1," * 100_000, "１" * 100_000])
def test_digits_without_end_are_text_and_propose_nothing(tmp_path, text):
    assert proposal(text) is None
    values = source()["values"] | {"proactive.rules.issued": text}
    result = examined(tmp_path / "a.json", json.dumps(source(values=values)))
    assert codes(result) == [("number", "error")]
    assert result.report.values["proactive.rules.issued"] == text
    cell = f"<is><t>{text}</t></is>"
    forged = tamper.changed(tamper.filled(), "表三", tamper.cell("D7", cell, t="inlineStr"))
    result = examined(tmp_path / "a.xlsx", forged)
    assert ("number", "error", "D7") in [
        (f.code, f.severity, f.cells[0].at) for f in result.findings if f.cells
    ]


def test_what_is_nested_deeper_than_a_report_is_refused():
    assert parse_json("[" * 20 + "]" * 20) == json.loads("[" * 20 + "]" * 20)
    assert parse_json("7") == 7
    for text in ("[" * 21 + "]" * 21, '{"a":' * 21 + "1" + "}" * 21, "[" * 900 + "]" * 900):
        with pytest.raises(ReportError) as caught:
            parse_json(text)
        assert (caught.value.code, caught.value.figures) == ("bad-json", {"why": f"{'[' * 20}…"})


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────

MANY = 60_000


def test_many_unknown_fields_are_one_note_that_names_the_first(tmp_path):
    given = source() | {f"{n:x}": 1 for n in range(MANY)}
    result = examined(tmp_path / "a.json", json.dumps(given))
    assert codes(result) == [("unknown-field", "note")]
    assert result.findings[0].found == "60000: 0, 1, 2, 3, 4, 5 …"
    assert result.findings[0].message("en").startswith("60000 fields of the report are not part")


def test_unknown_texts_and_parts_of_the_agency_are_told_with_the_fields(tmp_path):
    given = source(notes=1)
    given["texts"] |= {"summary": "x"}
    given["agency"] |= {"phone": "1"}
    result = examined(tmp_path / "a.json", json.dumps(given))
    assert [f.found for f in result.findings] == ["notes", "agency.phone", "texts.summary"]
    given["texts"] |= {f"t{n}": "x" for n in range(MANY)}
    given["agency"] |= {f"a{n}": "x" for n in range(MANY)}
    result = examined(tmp_path / "a.json", json.dumps(given))
    assert codes(result) == [("unknown-field", "note")]
    assert result.findings[0].figures["count"] == str(2 * MANY + 3)


def test_many_unknown_keys_are_one_error_and_a_few_have_one_each(tmp_path):
    given = source()
    given["values"] |= {f"proactive.rules.issue{n}": 1 for n in range(6)}
    result = examined(tmp_path / "a.json", json.dumps(given))
    assert codes(result) == [("unknown-key", "error")] * 6
    assert {finding.expected for finding in result.findings} == {"proactive.rules.issued"}
    given["values"] |= {f"{'k' * 70}{n}": 1 for n in range(20_000)}
    result = examined(tmp_path / "a.json", json.dumps(given))
    assert codes(result) == [("unknown-key", "error")]
    assert result.findings[0].figures["count"] == "20006"
    assert "proactive.rules.issue0, " in result.findings[0].message("zh")


def test_long_names_among_many_are_cut():
    given = source()
    given["values"] |= {f"{n}{'k' * 70}": 1 for n in range(7)}
    found = check(from_json(given)).findings[0].found
    assert found == "7: " + ", ".join(f"{n}{'k' * 59}…" for n in range(6)) + " …"


def test_a_declaration_given_often_counts_once():
    assert from_json(source(nil=["proactive"] * 9)).nil == ("proactive",)


def test_a_name_that_stands_twice_among_many_is_found_at_once(tmp_path):
    text = "{" + "".join(f'"{n}": 1, ' for n in range(100_000)) + '"99999": 2}'
    result = examined(tmp_path / "a.json", text)
    assert (codes(result), result.findings[0].figures) == (
        [("duplicate-key", "error")],
        {"name": "99999"},
    )


def test_a_name_without_end_is_cut_in_every_row_of_a_table(tmp_path):
    given = source(agency={"name": "局" * 50_000, "code": "1" * 50_000, "level": None})
    given["values"] = dict.fromkeys(given["values"], "x")
    result = examined(tmp_path / "a.json", json.dumps(given))
    assert len(result.findings) > 100
    lines = "".join(FORMATS["csv"](Batch((result,)), "zh")).splitlines()
    assert len(lines) == len(result.findings) + 1
    assert max(map(len, lines)) < 5 * QUOTED


# ── packing ───────────────────────────────────────────────────────────────────────────────────────


def test_a_result_too_large_to_be_kept_costs_its_own_file(tmp_path, monkeypatch):
    good, large = tmp_path / "a.json", tmp_path / "b.json"
    good.write_text(json.dumps(source()), encoding="utf-8")
    large.write_text(json.dumps(source(texts={"overview": "无" * 9000})), encoding="utf-8")
    monkeypatch.setattr(pack, "LIMIT", 40_000)
    paths = [str(good), str(large)]
    with opened(None) as store:
        for place, one in enumerate(bulk.answers(paths, bulk.one_by_one(Given()))):
            store.add(place, one)
        store.write()
        found = list(bulk.batch(store, paths, 0).results)
    assert [(one.verdict, codes(one)) for one in found] == [
        ("pass", []),
        ("reject", [("too-large", "error")]),
    ]


@pytest.mark.parametrize("number", ["1e99999999", "NaN", "Infinity", "x", "1" * 1001])
def test_a_stored_number_out_of_bounds_is_no_result(number):
    report = from_json(source())
    halved = replace(report, values={**report.values, "proactive.rules.issued": Decimal("0.5")})
    text = zlib.decompress(pack.pack_report(halved)).replace(b"0.5", number.encode())
    with pytest.raises(PackError):
        pack.unpack_report(zlib.compress(text), ())


def test_a_file_the_program_fails_on_costs_itself_without_a_pool_too(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(source()), encoding="utf-8")
    monkeypatch.setattr(bulk, "judge", lambda *_: 1 / 0)
    (one,) = bulk.answers([str(path)], bulk.one_by_one(Given()))
    result = unpack(one.content, str(path), one.sha256, ())
    assert (result.verdict, codes(result)) == ("reject", [("crashed", "error")])


# ── half signs ────────────────────────────────────────────────────────────────────────────────────


def folder_of(place: Path) -> list[str]:
    """Write two failing returns and a zip with lone surrogates in their names; and a normal one."""
    place.mkdir()
    wrong = source()["values"] | {"disputes.review.upheld": 4}
    half = source(
        agency={"name": HALF, "code": HALF, "level": HALF}, values=wrong, texts={HALF: HALF}
    )
    (place / "a.json").write_text(json.dumps(half), encoding="utf-8")
    usual = source(values=wrong, agency={"name": "乙局", "code": None, "level": None})
    (place / "b.json").write_text(json.dumps(usual), encoding="utf-8")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xx.xlsx", "no workbook")
    (place / "c.zip").write_bytes(target.getvalue().replace(b"xx.xlsx", b"\xff\xff.xlsx"))
    return sorted(one.name for one in place.iterdir())


def run(*arguments: object):
    return CliRunner().invoke(cli.gouji, [str(argument) for argument in arguments])


def test_half_signs_stop_no_notice(tmp_path):
    folder_of(tmp_path / "in")
    answer = run("check", tmp_path / "in", "--notices", tmp_path / "out", "--lang", "en")
    assert answer.exit_code == 1, answer.output
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [
        "_udcff_udcff-退回通知.html",
        "_udcff_udcff-退回通知.txt",
        "乙局-退回修改.xlsx",
        "乙局-退回通知.html",
        "乙局-退回通知.txt",
        "坏_ud800局-退回通知.html",
        "坏_ud800局-退回通知.txt",
    ]
    letter = (tmp_path / "out" / "坏_ud800局-退回通知.txt").read_bytes()
    assert letter.startswith("\ufeff".encode())
    assert "坏\\ud800局" in letter.decode()


@pytest.mark.no_cover
@pytest.mark.parametrize("style", ["text", "json", "jsonl", "csv", "html", "xlsx"])
def test_half_signs_stop_no_output_and_no_store(tmp_path, style):
    folder_of(tmp_path / "in")
    out, store = tmp_path / f"out.{style}", tmp_path / "a.store"
    for _ in range(2):
        arguments = ("check", tmp_path / "in", "--format", style, "-o", out, "--store", store)
        answer = run(*arguments)
        assert answer.exit_code == 1, answer.output
        assert out.stat().st_size > 500


def test_half_signs_stop_neither_reading_nor_adding_up(tmp_path):
    folder_of(tmp_path / "in")
    answer = run("read", tmp_path / "in", "--format", "jsonl")
    assert (answer.exit_code, len(answer.stdout.splitlines())) == (1, 2)
    for name in (HALF, "局" * 40_000):
        whose = {"name": name, "code": name, "level": name}
        for file, given in (("a", source(agency=whose)), ("b", source())):
            (tmp_path / f"{file}.json").write_text(json.dumps(given), encoding="utf-8")
        paths = tmp_path / "a.json", tmp_path / "b.json"
        out = tmp_path / f"{len(name)}.xlsx"
        answer = run("rollup", *paths, "--agency", "全县", "--partial", "-o", out)
        assert (answer.exit_code, out.exists()) == (0, True), answer.output


def test_half_signs_stop_no_page(tmp_path):
    desk = Desk(str(tmp_path))
    folder_of(tmp_path / page_returns.RETURNS)
    for path in page_returns.listed(desk)["left"]:
        page_returns.examined(desk, path)
    assert page_returns.shown(desk, "zh")["verdicts"] == {"fail": 2, "reject": 1}
    for style in FORMATS:
        assert page_returns.written(desk, style, "zh")


def test_half_signs_are_judged():
    report = from_json(source(texts={HALF: HALF}))
    assert schema.misfits(report) == frozenset()


# ── sheets ────────────────────────────────────────────────────────────────────────────────────────


def linked(kind: str, sheet: str = "") -> bytes:
    """Return a filled workbook whose sheet, or every sheet, is linked as another kind."""
    parts = tamper.unpack(tamper.filled())
    links = parts[LINKS].decode()
    target = tamper.part_of(parts, sheet).removeprefix("xl/") if sheet else ""
    changed = re.sub(
        r"<Relationship [^>]*>",
        lambda m: m[0].replace('/worksheet"', f'/{kind}"') if target in m[0] else m[0],
        links,
    )
    assert changed != links
    return tamper.pack(parts | {LINKS: changed.encode()})


def test_a_workbook_of_chart_sheets_is_none_of_ours(tmp_path):
    result = examined(tmp_path / "a.xlsx", linked("chartsheet"))
    assert (result.verdict, codes(result)) == ("reject", [("not-our-form", "error")])


@pytest.mark.parametrize("kind", ["theme", "Worksheet", "x"])
def test_a_sheet_that_is_linked_as_something_else_is_damage_and_named(tmp_path, kind):
    for source_, sheet in ((linked(kind, "表三"), "表三"), (linked(kind), "说明")):
        result = examined(tmp_path / "a.xlsx", source_)
        assert (result.verdict, codes(result)) == ("reject", [("damaged", "error")])
        figures = result.findings[0].figures
        assert (f"({sheet})" in figures["part"]) or sheet == "说明"
        assert figures["part"].startswith("xl/worksheets/sheet")
    assert codes(examined(tmp_path / "a.xlsx", linked("dialogsheet"))) == [("macros", "error")]


@pytest.mark.parametrize("kind", ["application/xml", ""])
def test_a_worksheet_whose_part_has_another_type_is_damage_and_named(tmp_path, kind):
    parts = tamper.unpack(tamper.filled())
    part = tamper.part_of(parts, "表三")
    before = parts[TYPES].decode()
    after = re.sub(rf'(PartName="/{part}" ContentType=")[^"]*', rf"\g<1>{kind}", before)
    assert after != before
    result = examined(tmp_path / "a.xlsx", tamper.pack(parts | {TYPES: after.encode()}))
    assert (result.verdict, codes(result)) == ("reject", [("damaged", "error")])
    told = {"part": f"{part} (表三)", "why": kind or "content type"}
    assert result.findings[0].figures == told


def test_a_workbook_whose_sheets_are_all_hidden_is_read(tmp_path):
    hide = tamper.changed(
        tamper.filled(), BOOK,
        lambda xml: re.sub("<sheet ", '<sheet state="veryHidden" ', re.sub(r' state="\w+"', "", xml)),
    )  # fmt: skip
    result = examined(tmp_path / "a.xlsx", hide)
    assert result.verdict == "warn"
    assert {code for code, _ in codes(result)} == {"hidden-sheet"}


# ── formulas and texts ────────────────────────────────────────────────────────────────────────────

REACHING = "[1]x!A1+" * 900 + "A1"


def below(formula: str, rows: int) -> bytes:
    """Return a filled workbook with long formulas below 表三."""
    cells = "".join(
        f'<row r="{r}"><c r="A{r}"><f>{formula}</f></c></row>' for r in range(900, 900 + rows)
    )
    return tamper.edited(
        tamper.filled(), "表三", lambda xml: xml.replace("</sheetData>", f"{cells}</sheetData>")
    )


def test_formulas_beyond_the_form_that_only_reckon_are_not_taken_apart(tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"
    path.write_bytes(below("A1/C8*(D2+E3)-" * 500 + "A1", 700))
    monkeypatch.setattr(tokens, "tokens", lambda formula: 1 / 0 if len(formula) > 7000 else ())
    result = examine(str(path))
    (found,) = (finding for finding in result.findings if finding.code == "outside")
    assert (found.severity, found.cells[0].at, found.figures["count"]) == ("error", "A900", "700")


def test_formulas_beyond_the_form_that_may_lead_out_are_bounded(tmp_path):
    result = examined(tmp_path / "a.xlsx", below(REACHING, 20))
    assert codes(result) == [("outside", "error"), ("active-formula", "error")]
    assert [spot.at for spot in result.findings[1].cells][:2] == ["A900", "A901"]
    result = examined(tmp_path / "a.xlsx", below(REACHING, 900))
    assert (result.verdict, codes(result)) == ("reject", [("too-large", "error")])
    assert result.findings[0].figures["limit"] == "1,048,576"


def test_long_formulas_beside_the_form_are_too_large(tmp_path):
    typed = f"<f>{'A1+' * 2600}A1</f>"
    cells = "".join(
        f'<row r="{r}">{"".join(f"""<c r="{c}{r}">{typed}</c>""" for c in "ABCD")}</row>'
        for r in range(40, 90)
    )
    source_ = tamper.edited(
        tamper.filled(), "表三", lambda xml: xml.replace("</sheetData>", f"{cells}</sheetData>")
    )
    result = examined(tmp_path / "a.xlsx", source_)
    assert (result.verdict, codes(result)) == ("reject", [("too-large", "error")])
    assert result.findings[0].figures["limit"] == "1,048,576"
    assert "1 MB" not in result.findings[0].message("zh")


@pytest.mark.parametrize("name", ["CELL_LIMIT", "TEXT_LIMIT", "FORMULA_LIMIT"])
def test_what_is_kept_of_a_workbook_is_bounded(monkeypatch, name):
    monkeypatch.setattr(f"toolkit.returned.read.{name}", 1000)
    with pytest.raises(Rejected) as caught:
        read(tamper.filled())
    assert (caught.value.code, caught.value.figures["limit"]) == ("too-large", "1,000")


def test_names_that_may_lead_out_are_bounded(tmp_path):
    def named(count: int) -> bytes:
        names = "".join(f'<definedName name="n{n}">{REACHING}</definedName>' for n in range(count))
        return tamper.edited(
            tamper.filled(), BOOK,
            lambda xml: xml.replace("</definedNames>", f"{names}</definedNames>"),
        )  # fmt: skip

    assert codes(examined(tmp_path / "a.xlsx", named(3))) == [("active-formula", "error")]
    result = examined(tmp_path / "a.xlsx", named(200))
    assert (codes(result), result.findings[0].figures["part"]) == (
        [("too-large", "error")],
        "definedNames",
    )


PIECES = (
    "WEBSERVICE", "ımage", "Image", "_xlfn.", "PY", "call", "ſql.request", "(", " ", "\t", "!",
    "[", "]", "'", '"', "/", "\\", "|", "A1", "+", "表三", "x", "1", ".",
)  # fmt: skip


@hypothesis.given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_what_leads_out_is_always_looked_at(pieces):
    formula = "".join(pieces)
    asked = tokens.may_reach(formula)
    assert asked or not _reaches_unasked(formula)
    assert tokens.reaches(formula) == (asked and _reaches_unasked(formula))


def _reaches_unasked(formula: str) -> bool:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "may_reach", lambda _: True)
        return tokens.reaches(formula)


# ── small files ───────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_small_that_is_small_unpacked(tmp_path):
    small, large, text = (str(tmp_path / name) for name in ("a.xlsx", "b.xlsx", "c.json"))
    Path(small).write_bytes(tamper.filled())
    Path(large).write_bytes(tamper.pack({"a.xml": b" " * (UNPACKED + 1)}))
    Path(text).write_bytes(b"{}")
    assert unpacked(Path(large).read_bytes()) == UNPACKED + 1
    assert unpacked(b"{}") == 2
    assert few([small, text, str(tmp_path / "none.xlsx"), str(tmp_path)])
    assert not few([small, large])


# ── changed at random ─────────────────────────────────────────────────────────────────────────────

RUNS = int(os.environ.get("GOUJI_MUTATIONS", "150"))
"""Mutants that are tried; `python -m benchmarks.mutations` tries 20,000."""


@pytest.mark.no_cover
def test_whatever_is_changed_in_its_structure_a_return_gets_a_verdict(tmp_path):
    verdicts = set()
    for seed in range(RUNS):
        one = mutations.mutant(seed)
        before = process_time()
        verdicts.add(mutations.tried(one, tmp_path).verdict)
        assert process_time() - before <= SECONDS, (seed, one.done)
    assert verdicts == {"pass", "warn", "fail", "reject"}


def test_a_seed_gives_the_same_file_every_time():
    assert [mutations.mutant(seed) for seed in range(40)] == [
        mutations.mutant(seed) for seed in range(40)
    ]


def test_every_kind_of_change_is_made():
    done = {change.split()[0] for seed in range(1500) for change in mutations.mutant(seed).done}
    known = {one.__name__ for one in (*mutations.PART_CHANGES, *mutations.JSON_CHANGES)}
    assert done - {"number"} == known
