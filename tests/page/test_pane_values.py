"""A pane's questions without a browser: the whole file, or only the values of an open workbook."""

import json
from dataclasses import replace

import panes
import tamper
from source import messages

from toolkit.files.examine import examine
from toolkit.output.sidepane import sidepane
from toolkit.page.desk import Desk
from toolkit.page.questions import ask

NAME = "某某局.xlsx"
WRONG = tamper.put("表三", "D7", "<v>9</v>")


def valued(source, change=None):
    """Return the answer for a workbook's values, as a pane sends them."""
    sheets = [(one["name"], one["values"]) for one in panes.model(NAME, source)["sheets"]]
    if change:
        change(dict(sheets))
    given = {"name": NAME, "sheets": sheets, "lang": "zh"}
    return asked(Desk(""), "pane-valued", given)


def asked(desk, question, given):
    return ask({"": desk}, "", question, json.dumps(given, default=str))


def test_the_values_of_a_workbook_give_the_findings_of_its_file(tmp_path):
    path = tmp_path / NAME
    path.write_bytes(WRONG)
    result = examine(str(path))
    found = tuple(one for one in result.findings if one.code != "total-differs")
    assert valued(WRONG) == sidepane(replace(result, findings=found), "zh")


def test_an_error_value_is_found_and_an_unknown_one_too():
    for text in ("#N/A", "#NEW!"):

        def put(sheets, text=text):
            sheets["表三"][6][3] = {"error": text}

        (first, *_) = valued(tamper.filled(), put)["findings"]
        assert first["code"] == "number"
        assert first["cells"][0] == {"sheet": "表三", "at": "D7"}


def test_a_sheet_that_is_gone_and_another_workbook_are_told():
    sheets = [("表叁" if one["name"] == "表三" else one["name"], one["values"])
              for one in panes.model(NAME, tamper.filled())["sheets"]]  # fmt: skip
    given = {"name": NAME, "sheets": sheets, "lang": "zh"}
    gone = messages()["pane"]["sheet-gone"]["zh"].format(sheets="表三")
    assert asked(Desk(""), "pane-valued", given) == {"why": gone}
    other = {"name": NAME, "sheets": [("Sheet1", []), ("Sheet2", [["x", 1]])], "lang": "zh"}
    assert set(asked(Desk(""), "pane-valued", other)) == {"why"}


def test_a_single_file_at_the_desk_is_shown_and_any_other_number_is_not(tmp_path):
    desk = Desk(str(tmp_path))
    (tmp_path / "returns").mkdir()
    assert asked(desk, "pane-shown", {"lang": "zh"}) is None
    (tmp_path / "returns" / NAME).write_bytes(WRONG)
    asked(desk, "listed", {})
    asked(desk, "examined", {"path": NAME})
    told = asked(desk, "pane-shown", {"lang": "zh"})
    assert told["verdict"] == "fail"
    assert told["findings"][0]["message"].startswith("表三 D7")
