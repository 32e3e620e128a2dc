"""The list of what is handed out: complete, valid, and by the licences the packages state."""

import base64
import gzip
import io
import json
import os
import re
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from source import CHECKOUT

from release import contents, licences, sbom
from release.contents import Part
from release.licences import LicenceError
from toolkit.page.downloads import Download, parts

MIT = "Permission is hereby granted, free of charge, to any person"
BSD = "Redistribution and use in source and binary forms, with or without modification"
LGPL = "GNU LESSER GENERAL PUBLIC LICENSE\n   Version 3, 29 June 2007"


def head(*lines):
    return HeaderParser().parsestr("\n".join(["Name: dust", "Version: 1", *lines]))


# ── what a package says ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("lines", "texts", "says"), [
    (["License-Expression: MIT OR Apache-2.0"], [MIT], "MIT OR Apache-2.0"),
    (["License: MIT"], [], "MIT"),
    (["License: BSD"], [BSD + " … endorse or promote"], "BSD-3-Clause"),
    (["License: BSD"], [BSD], "BSD-2-Clause"),
    (["License: UNKNOWN", "Classifier: License :: OSI Approved :: MIT License"], [MIT], "MIT"),
    (["License: LGPL"], [LGPL], "LGPL-3.0-only"),
    (["License: see the file"], [MIT], ""),
    ([], [], ""),
])  # fmt: skip
def test_the_licence_is_the_one_that_the_package_declares(lines, texts, says):
    assert licences.declared(head(*lines), texts) == says


def test_texts_in_a_package_beside_the_declared_licence_count_too():
    assert licences.whole(head("License: MIT"), [MIT, LGPL]) == "MIT AND LGPL-3.0-only"
    assert licences.whole(head("License-Expression: MIT OR ISC"), [MIT, BSD]) == (
        "(MIT OR ISC) AND BSD-2-Clause"
    )
    assert licences.whole(head("License: none"), [MIT]) == "MIT"


@pytest.mark.parametrize("expression", [
    "MIT", "MIT AND PSF-2.0", "GPL-3.0-only OR MIT", "Apache-2.0 WITH LLVM-exception",
    "(MIT OR Apache-2.0) AND Unicode-3.0",
])  # fmt: skip
def test_a_permissive_licence_may_be_handed_out(expression):
    assert licences.judged("dust", expression) == ""


@pytest.mark.parametrize(("expression", "why"), [
    ("GPL-3.0-only", "dust: GPL-3.0-only is not a permissive licence"),
    ("MIT AND LGPL-2.1-only", "dust: MIT AND LGPL-2.1-only is not a permissive licence"),
    ("MPL-2.0", "dust: MPL-2.0 is not"),
    ("MIT AND", "dust: 'MIT AND' is no SPDX expression"),
    ("", "dust: no licence is read from the package"),
])  # fmt: skip
def test_another_licence_is_refused_and_the_package_named(expression, why):
    with pytest.raises(LicenceError, match=re.escape(why)):
        licences.judged("dust", expression)


def test_the_known_ones_are_taken_with_their_reason_and_under_no_other_licence():
    assert licences.judged("pyodide", "MPL-2.0").startswith("unchanged")
    with pytest.raises(LicenceError, match="pyodide"):
        licences.judged("pyodide", "GPL-3.0-only")


# ── the parts of files ────────────────────────────────────────────────────────────────────────────


def wheel(path, *lines, more=()):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("dust-1.dist-info/METADATA", str(head(*lines)))
        for name, text in more:
            archive.writestr(f"dust-1.dist-info/{name}", text)
    return path


def test_a_wheel_names_what_is_compiled_into_it(tmp_path):
    one = {"name": "grain", "version": "2", "purl": "pkg:cargo/grain@2",
           "licenses": [{"license": {"id": "MIT"}}]}  # fmt: skip
    inner = ("sboms/dust.cyclonedx.json", json.dumps({"components": [one]}))
    part = contents.of_wheel(wheel(tmp_path / "a.whl", "License: MIT", more=[inner]))
    assert (part.name, part.version, part.licence) == ("dust", "1", "MIT")
    assert part.inside == (Part("grain", "2", "MIT", "its own SBOM", "cargo"),)
    assert len(part.sha256) == 64


def engine_in(folder):
    folder.mkdir()
    said = {"name": "pyodide", "version": "9", "license": "MPL-2.0"}
    (folder / "package.json").write_text(json.dumps(said), encoding="utf-8")
    for name in ("python_stdlib.zip", "pyodide.asm.wasm"):
        (folder / name).write_bytes(b"")
    return folder


def test_what_the_page_says_about_its_parts_is_what_the_parts_say(tmp_path):
    engine, whl = engine_in(tmp_path / "engine"), wheel(tmp_path / "a.whl", "License: MIT")
    stated = [Download("pyodide", "9", "0", "MPL-2.0"), Download("dust", "1", "0", "MIT")]
    found = contents.of_page(engine, [whl], stated, {"CPython": "3.14.2", "zlib": "1.3"})
    assert [(one.name, one.licence) for one in found] == [
        ("pyodide", "MPL-2.0"), ("CPython", "PSF-2.0"), ("dust", "MIT"),
    ]  # fmt: skip
    inside = {one.name: (one.version, one.licence) for one in found[0].inside}
    assert inside["zlib"] == ("1.3", "Zlib")
    assert inside["libc++abi"] == ("", "Apache-2.0 WITH LLVM-exception")
    for other in (Download("dust", "1", "0", "BSD-2-Clause"), Download("dust", "2", "0", "MIT")):
        with pytest.raises(LicenceError, match=r"parts\.json and the packages differ.*dust"):
            contents.of_page(engine, [whl], [stated[0], other], {"CPython": "3"})


def test_the_list_is_valid_and_the_same_twice_and_refuses_by_name():
    inner = Part("grain", "", "MIT", "x", "cargo")
    some = [Part("dust", "1", "MIT OR ISC", "METADATA", sha256="0" * 64, inside=(inner,)),
            Part("sand", "1", "MIT", "METADATA", beside=True)]  # fmt: skip
    text = sbom.listed({"a.zip": (b"", some)}, "MIT", 1800000000)
    assert sbom.listed({"a.zip": (b"", some)}, "MIT", 1800000000) == text
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text.decode()) is None
    assert json.loads(text)["metadata"]["timestamp"] == "2027-01-15T08:00:00+00:00"
    deep = Part("dust", "1", "MIT", "x", inside=(Part("grit", "1", "GPL-2.0-only", "x"),))
    with pytest.raises(LicenceError, match=r"grit: GPL-2\.0-only"):
        sbom.listed({"a.zip": (b"", [deep])}, "MIT", 0)


def test_what_gouji_needs_is_installed_under_licences_that_may_be_handed_out(tmp_path):
    needs = ["Requires-Dist: jsonschema>=4", 'Requires-Dist: dust; sys_platform == "none"',
             'Requires-Dist: pytest; extra == "test"']  # fmt: skip
    found = list(contents.required(wheel(tmp_path / "a.whl", *needs)))
    names = [one.name for one in found]
    assert "jsonschema" in names
    assert "attrs" in names
    assert not {"dust", "pytest"} & set(names)
    assert all(one.beside and one.version for one in found)
    assert [licences.judged(one.name, one.licence) for one in found] == [""] * len(found)


# ── what was built ────────────────────────────────────────────────────────────────────────────────


def test_the_built_list_says_of_every_part_of_the_page_what_the_part_says(need):
    page = Path(os.environ.get("GOUJI_PAGE", CHECKOUT / "dist" / "gouji.html"))
    beside = page.with_name("gouji.cdx.json")
    need(beside.is_file(), "no gouji.cdx.json; python -m release -o dist")
    text = beside.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    (file,) = (one for one in json.loads(text)["components"] if one["name"] == "gouji.html")
    packed = re.search(r'id="part-own">([^<]*)<', page.read_text(encoding="utf-8"))[1]
    with zipfile.ZipFile(io.BytesIO(gzip.decompress(base64.b64decode(packed)))) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" in name}
    folders = {name.partition("/")[0] for name in files}
    inside = {}
    for folder in folders:
        part = contents.of_package(
            {name: content for name, content in files.items() if name.startswith(f"{folder}/")}
        )
        inside[part.name] = (part.version, part.licence)
    listed = {
        one["name"]: (one["version"], *(
            licence.get("expression") or licence["license"]["id"] for licence in one["licenses"]
        ))
        for one in file["components"]
    }  # fmt: skip
    assert inside.items() <= listed.items()
    assert set(listed) - set(inside) == {"pyodide", "CPython"}
    digests = {one["name"]: one["hashes"][0]["content"] for one in file["components"]}
    assert {one.name: one.sha256 for one in parts()}.items() <= digests.items()
