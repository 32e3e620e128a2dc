"""Proposed sums as sheets, adopted ones in an edition file; bounds and last year; samples."""

import json
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import openpyxl
import pytest
from foundsums import bare, drawn, filled, of

from toolkit.cli import gouji
from toolkit.data import texts
from toolkit.draft.adopting import with_families
from toolkit.draft.families import Adopted, FamilyError, adopted_in, pages, sentence
from toolkit.draft.limits import propose_limits
from toolkit.draft.samples import samples
from toolkit.draft.sums import propose, stated
from toolkit.edition.edition import named, resolve
from toolkit.edition.parse import parse_text
from toolkit.edition.shape import EditionError
from toolkit.output.lists import HEAD_ROW, written

WORDS = texts("sums", "zh")
HEAD = """# a comment that stays
form = "made"
name = "1"
title = "表"
source = "表"
citation = "表"
years = { from = 2020 }

[[section]]
caption = "表"
sheet = "表"
table = "made"
unit = "件"
grid = [
  ["项目", "甲", "乙", "合计"],
  ["上年结转", "@a.x", "@a.y", "@a.all"],
  ["新收", "@b.x", "@b.y", "@b.all"],
  ["办结", "@c.x", "@c.y", "@c.all"],
  ["结转下年", "@d.x", "@d.y", "@d.all"],
]
"""


def edition():
    return resolve(parse_text(HEAD, "made.toml"))


def report(number, **more):
    """Return a return on the form of HEAD in which its sums hold."""
    values = {}
    for column, step in (("x", 3), ("y", 5)):
        came, new, left = step + number, 20 * step + number, number % 4
        numbers = {"a": came, "b": new, "c": came + new - left, "d": left}
        values |= {f"made.{row}.{column}": value for row, value in numbers.items()}
    values |= {
        f"made.{row}.all": values[f"made.{row}.x"] + values[f"made.{row}.y"] for row in "abcd"
    }
    return of(edition(), {**values, **more})


def workbook(reports=None):
    """Return a sheet of proposals, and what was proposed."""
    reports = reports or [report(number) for number in range(6)]
    families = propose(edition(), reports)
    families += propose_limits(edition(), reports, families)
    return written(pages(edition(), reports, families)), families


def changed(source, place, text, sheet="sums"):
    book = openpyxl.load_workbook(BytesIO(source))
    book[WORDS[sheet]][place] = text
    book.save(target := BytesIO())
    return target.getvalue()


# ── sheets ────────────────────────────────────────────────────────────────────────────────────────


def test_families_are_written_and_read_back_as_proposed():
    source, families = workbook()
    adopted = adopted_in(source)
    assert [family.name for family in adopted] == ["B1", "B2"]
    assert [family.computes for family in adopted] == [False, True]
    assert adopted[1].words == "合计 = 甲 + 乙"
    assert adopted[0].equations[0] == "made.a.x + made.b.x = made.c.x + made.d.x"
    assert {family.returns for family in adopted} == {6}
    assert {family.letter for family in families} == {"B", "E"}


def test_a_bound_is_adopted_only_when_asked_for():
    source, _ = workbook()
    assert adopted_in(changed(source, f"I{HEAD_ROW + 1}", WORDS["yes"], "limits"))[-1].name == "E1"


def test_no_or_a_blank_adopts_nothing_and_other_words_are_refused():
    source, _ = workbook()
    first = f"I{HEAD_ROW + 1}"
    assert [one.name for one in adopted_in(changed(source, first, WORDS["no"]))] == ["B2"]
    assert [one.name for one in adopted_in(changed(source, first, None))] == ["B2"]
    with pytest.raises(FamilyError) as caught:
        adopted_in(changed(source, first, "也许"))
    assert (caught.value.name, caught.value.given) == ("B1", "也许")


def test_a_family_without_its_equations_or_without_sheets_is_not_adopted():
    source, _ = workbook()
    book = openpyxl.load_workbook(BytesIO(source))
    del book[WORDS["details"]]
    book.save(target := BytesIO())
    assert adopted_in(target.getvalue()) == []


def test_the_sheet_shows_support_parts_never_seen_and_counter_examples():
    reports = [replace(report(at), agency={"name": f"{at}局"}) for at in range(6)]
    reports = [replace(one, values={**one.values, "made.d.x": 0, "made.d.y": 0, "made.d.all": 0,
                                    "made.c.x": one.values["made.a.x"] + one.values["made.b.x"],
                                    "made.c.y": one.values["made.a.y"] + one.values["made.b.y"],
                                    "made.c.all": one.values["made.a.all"] + one.values["made.b.all"]})
               for one in reports]  # fmt: skip
    reports[3] = replace(reports[3], values={**reports[3].values, "made.b.all": 9999})
    source, _ = workbook(reports)
    sheet = openpyxl.load_workbook(BytesIO(source))[WORDS["sums"]]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD_ROW + 1)]
    flow, total = rows
    assert total[5] == "6 份中 6 份成立；18 次中 17 次，两项以上不为 0 的 17 次"
    assert total[6] == "3 格（只在个别行列）"
    assert (total[7], total[9]) == ("3局2023（1 条）", "否")
    assert flow[6] == "结转下年"
    assert flow[0] == "B1"


def test_without_returns_and_with_many_parts():
    rows = [[f"第{at}项", f"@r{at}.n"] for at in range(9)]
    form = drawn([["项目", "数"], *rows, ["合计", "@all.n"]])
    families = propose(form, [])
    assert sentence(families[0]) == "合计 = 第0项 + 第1项 + 第2项 + … + 第8项（共 9 项）"
    (family,) = adopted_in(written(pages(form, [], families)))
    assert (family.returns, family.computes) == (0, False)
    assert pages(form, [], []) == []


def test_what_the_edition_has_is_listed_and_not_adopted_again():
    whole = with_families(HEAD, adopted_in(workbook()[0]), "made.toml")
    there = resolve(parse_text(whole, "made.toml"))
    reports = [replace(report(at), edition=there) for at in range(6)]
    assert propose(there, reports) == []
    source = written(pages(there, reports, stated(there, reports)))
    assert adopted_in(source) == []
    sheet = openpyxl.load_workbook(BytesIO(source))[WORDS["sums"]]
    assert sheet.cell(HEAD_ROW + 1, 9).value == WORDS["there"]


# ── the edition file ──────────────────────────────────────────────────────────────────────────────


def test_adopted_families_are_lines_at_the_end():
    whole = with_families(HEAD.rstrip("\n"), adopted_in(workbook()[0]), "made.toml")
    assert whole.startswith(HEAD)
    assert 'source = "由 6 份报表归纳，经确认"' in whole
    assert 'equation = "all = x + y"' in whole
    assert 'equation = "a + b = c + d"' in whole
    there = resolve(parse_text(whole, "made.toml"))
    assert len(there.balances) == 7
    assert list(there.computes) == [f"made.{row}.all" for row in "abcd"]
    assert with_families(HEAD, [], "made.toml") == HEAD


def test_lines_of_a_file_from_windows_stay_so():
    whole = with_families(HEAD.replace("\n", "\r\n"), adopted_in(workbook()[0]), "made.toml")
    assert whole.count("\n") == whole.count("\r\n")


def test_some_lines_whole_keys_bounds_and_a_code_that_is_taken():
    some = Adopted("C1", "甲 {乙}", 5, ("made.a.all = made.a.x + made.a.y",), computes=False)
    once = with_families(HEAD, [some], "made.toml")
    assert 'rows = ["a"]' in once
    assert 'severity = "warning"' in once
    mixed = Adopted(
        "C1", "丙", 0, ("made.a.all = made.b.x + made.c.y", "made.b.x <= made.a.x"), computes=False
    )
    twice = with_families(once, [mixed], "made.toml")
    there = resolve(parse_text(twice, "made.toml"))
    assert [(one.id, one.relation) for one in there.balances] == [
        ("sum-c1[a]", "="), ("sum-c1-more/p1", "="), ("sum-c1-more/p2[x]", "≤")
    ]  # fmt: skip
    assert there.balances[1].source == "由表上文字推定，经确认"
    assert "made.a.all = made.b.x + made.c.y" in twice


def test_last_year_is_written_in_the_names_of_a_line():
    family = Adopted(
        "E1", "结转", 3, ("made.a.x = prior.made.d.x", "made.a.y = prior.made.d.y"), computes=False
    )
    whole = with_families(HEAD, [family], "made.toml")
    assert 'equation = "a = prior.d"' in whole
    assert 'columns = ["x", "y"]' in whole


@pytest.mark.parametrize("equation", ["made.a.x", "made.a.x = made.q.x", "made.a.x = 1 + made.b.x"])
def test_an_equation_that_is_none_is_refused(equation):
    with pytest.raises(EditionError):
        with_families(HEAD, [Adopted("B1", "甲", 5, (equation,), computes=False)], "made.toml")


# ── bounds and last year ──────────────────────────────────────────────────────────────────────────


def test_of_which_and_neighbours_give_bounds_that_no_sum_gives():
    form = drawn([["项目", "数"], ["收到", "@r0.n"], ["\u3000其中：网上", "@r1.n"], ["办结", "@r2.n"],
                  ["甲", "@r3.n"], ["乙", "@r4.n"]])  # fmt: skip
    reports = [
        of(form, dict(zip(form.cells, (90 + 7 * at, 30 + 11 * at, 80 + 5 * at, 41 * (at % 3) + 9, 40 * (at % 2) + 30), strict=True)))
        for at in range(9)
    ]  # fmt: skip
    found = propose_limits(form, reports, [])
    assert [(one.left, one.right) for one in found[:2]] == [
        (("其中：网上",), ("收到",)),
        (("办结",), ("收到",)),
    ]
    assert {one.relation for one in found} == {"<="}
    assert len(found) <= 12
    assert propose_limits(form, reports[:2], []) == []
    sums = [
        replace(found[0], equations=((("made.r0.n",), ("made.r1.n", "made.r2.n")),), relation="=")
    ]
    left = {one.left for one in propose_limits(form, reports, sums)}
    assert ("其中：网上",) not in left


def test_last_year_is_the_returns_own_or_that_of_the_year_before():
    reports = [
        replace(report(at), agency={"name": "甲局"}, year=2020 + at, values={**report(at).values})
        for at in range(5)
    ]
    for before, now in pairwise(reports):
        for column in ("x", "y", "all"):
            now.values[f"made.a.{column}"] = before.values[f"made.d.{column}"]
            came = now.values[f"made.a.{column}"] + now.values[f"made.b.{column}"]
            now.values[f"made.c.{column}"] = came - now.values[f"made.d.{column}"]
    found = propose_limits(edition(), reports, propose(edition(), reports))
    years = [(one.left, one.right) for one in found if one.relation == "="]
    assert years == [(("上年结转",), ("上年结转下年",))]
    own = [
        replace(report(at), prior={f"made.d.{column}": report(at).values[f"made.a.{column}"] for column in "xy"})
        for at in range(4)
    ]  # fmt: skip
    first = propose_limits(edition(), own, [])[0]
    assert first.equations[0] == (("made.a.x",), ("prior.made.d.x",))


def test_groups_of_many_are_not_compared_by_threes():
    form = drawn([["项目", "数"], *([f"甲{at}", f"@r{at}.n"] for at in range(10))])
    reports = [of(form, {f"made.r{at}.n": 10 * at + year for at in range(10)}, prior={"made.r0.n": 1})
               for year in range(1, 10)]  # fmt: skip
    found = propose_limits(form, reports, [])
    assert len(found) == 12
    assert all(len(one.right) == 1 for one in found)


def test_totals_of_totals_bound_their_parts():
    form = drawn([["甲", "@r0.n"], ["乙", "@r1.n"], ["丙", "@r2.n"]])
    reports = [
        of(form, {"made.r0.n": 3 + at, "made.r1.n": 9 + at, "made.r2.n": 30}) for at in range(9)
    ]
    model = propose_limits(form, reports, [])
    assert len(model) == 3
    sums = [
        replace(
            model[0], equations=((("made.r2.n",), ("made.r1.n",)), (("made.r1.n",), ("made.r0.n",)))
        )
    ]
    assert propose_limits(form, reports, sums) == []


def test_the_website_forms_bounds_are_among_those_proposed():
    form = named("site-report", "2017")
    reports = filled(form, 12, 1, (0.9, 900))
    found = propose_limits(bare(form), reports, propose(bare(form), reports))
    assert (("website.services.fully_online",), ("website.services.items",)) in [
        line for family in found for line in family.equations
    ]


# ── samples, and the command ──────────────────────────────────────────────────────────────────────


def item(number, **more):
    values = {
        key: str(value) if key == "made.a.x" else value
        for key, value in report(number).values.items()
    }
    return {
        "form": "other",
        "values": values,
        "agency": {"name": f"{number}局"},
        "year": 2024,
        **more,
    }


def test_samples_are_json_by_keys_each_return_once(tmp_path):
    files = {
        "one.json": item(1, prior={"values": {"made.a.x": 7, "made.q.x": 1}}),
        "some.json": [
            item(2, nil=["made", "x"]),
            item(2),
            {**item(3, agency=None, year="x", prior=3)},
        ],
        "twice.json": item(1, year=2023, agency={"name": "乙局"}),
        "odd.json": item(4, values={"made.a.x": True, "made.a.y": None, "made.b.x": 5}),
        "none.json": {"form": "x"},
    }
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "bad.json").write_bytes(b'{"form": "\xff"}')
    (tmp_path / "text.txt").write_text("x", encoding="utf-8")
    paths = [str(tmp_path / name) for name in (*files, "bad.json", "text.txt")]
    reports, refused = samples(paths, edition())
    assert [one.agency.get("name") for one in reports] == ["4局", "1局", "2局", None]
    assert [path.rpartition("/")[2] for path, _ in refused] == ["bad.json", "none.json", "text.txt"]
    assert reports[1].prior == {"made.a.x": 7}
    assert reports[2].nil == ("made",)
    assert reports[0].values["made.a.x"] is None


def test_samples_are_workbooks_drawn_like_the_form(tmp_path):
    book = openpyxl.Workbook()
    lines = [["项目", "甲", "乙", "合计"], *(
        [name, *(report(2).values[f"made.{row}.{column}"] for column in ("x", "y", "all"))]
        for row, name in zip("abcd", ("上年结转", "新收", "办结", "结转下年"), strict=True)
    )]  # fmt: skip
    for line in lines:
        book.active.append(line)
    book.save(tmp_path / "甲局2024.xlsx")
    page = "".join(f"<tr>{''.join(f'<td>{one}</td>' for one in line)}</tr>" for line in lines)
    (tmp_path / "乙局2024.html").write_text(
        f"<table>{page.replace('>5<', '>6<')}</table>", encoding="utf-8"
    )
    (tmp_path / "many.xlsx").write_bytes(sheets(70))
    names = [str(tmp_path / name) for name in ("甲局2024.xlsx", "乙局2024.html", "many.xlsx")]
    reports, refused = samples(names, edition())
    assert [finding.code for _, finding in refused] == ["not-our-form"]
    assert report(2).numbers in [one.numbers for one in reports]
    assert len(reports) == 2


def sheets(number):
    """Return a workbook of many sheets."""
    book = openpyxl.Workbook()
    for at in range(number):
        book.create_sheet(f"s{at}")
    book.save(target := BytesIO())
    return target.getvalue()


def form_in(path):
    """Write a workbook with a small form."""
    book = openpyxl.Workbook()
    sheet = book.active
    thin = openpyxl.styles.Side("thin")
    for row in (["项目", "甲", "乙", "合计"], ["收到"], ["办结"]):
        sheet.append([*row, *[None] * (4 - len(row))])
    for row in sheet["A1:D3"]:
        for cell in row:
            cell.border = openpyxl.styles.Border(thin, thin, thin, thin)
    book.save(path)


def test_a_form_is_drafted_together_with_its_sums(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    form_in(tmp_path / "form.xlsx")
    (tmp_path / "one.json").write_text("[]", encoding="utf-8")
    command = ["draft", "form.xlsx", "--returns", "one.json", "-o", "x.toml", "--lang", "en"]
    gouji(command, standalone_mode=False)
    assert [one.name for one in adopted_in((tmp_path / WORDS["file"]).read_bytes())] == ["D1"]
    with pytest.raises(SystemExit):
        gouji([*command[:-3], "y.toml", "--lang", "en"], standalone_mode=False)
    assert WORDS["file"] in capsys.readouterr().err
    with pytest.raises(SystemExit):
        gouji(["draft", "form.xlsx", "--returns", "no", "-o", "z.toml"], standalone_mode=False)


def test_a_form_without_sums_and_questions_gets_no_workbook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    form_in(tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    book.active["D1"] = "丙"
    book.save(tmp_path / "form.xlsx")
    (tmp_path / "one.json").write_text("[]", encoding="utf-8")
    gouji(["draft", "form.xlsx", "--returns", "one.json", "-o", "x.toml"], standalone_mode=False)
    assert not (tmp_path / WORDS["file"]).exists()


def test_the_command_writes_the_sums_and_adopts_them(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "made.toml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "returns").mkdir()
    for number in range(6):
        path = tmp_path / "returns" / f"{number}.json"
        path.write_text(json.dumps(item(number)), encoding="utf-8")
    (tmp_path / "no.json").write_text("{}", encoding="utf-8")

    def run(*args):
        gouji(["draft", *args, "--lang", "en"], standalone_mode=False)

    run("--review", "made.toml", "--returns", "returns", "--returns", "no.json", "-o", "sums.xlsx")
    assert "no.json" in capsys.readouterr().err
    run("--adopt", "sums.xlsx", "made.toml", "-o", "new.toml")
    there = resolve(parse_text((tmp_path / "new.toml").read_text(encoding="utf-8"), "new.toml"))
    assert len(there.balances) == 7
    answered = changed((tmp_path / "sums.xlsx").read_bytes(), f"I{HEAD_ROW + 1}", "?")
    (tmp_path / "wrong.xlsx").write_bytes(answered)
    with pytest.raises(SystemExit):
        run("--adopt", "wrong.xlsx", "made.toml", "-o", "newer.toml")
    assert "B1" in capsys.readouterr().err
