"""The folder for Windows computers without Python: the steps that need no network."""

import sys
import zipfile
from pathlib import Path

import pytest

from release import windows
from toolkit.addin import ribbon

OFFICIAL = "python313.zip\n.\n\n# Uncomment to run site.main() automatically\n#import site\n"


@pytest.fixture
def embedded(tmp_path):
    path = tmp_path / "python-3.13.7-embed-amd64.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("python313._pth", OFFICIAL)
        package.writestr("python.exe", b"MZ")
        package.writestr("pythonw.exe", b"MZ")
    return path


def test_the_folder_starts_its_own_python_by_paths_relative_to_itself(
    embedded, tmp_path, monkeypatch
):
    asked = []
    monkeypatch.setattr(windows.subprocess, "run", lambda command, **_: asked.append(command))
    out = tmp_path / "年报 按钮"
    windows.main([str(embedded), "gouji.whl", "-o", str(out), "--find-links", "wheels"])
    assert sorted(path.name for path in out.iterdir()) == sorted(
        ["python", "gouji.xlam", "安装按钮.cmd", "检查按钮.cmd", "卸载按钮.cmd", "说明.txt"]
    )
    lines = (out / "安装按钮.cmd").read_bytes().split(b"\r\n")
    assert lines[1] == b'"%~dp0python\\python.exe" -P -m toolkit addin install --lang zh'
    assert ribbon.python_of((out / "gouji.xlam").read_bytes()) == "python\\pythonw.exe"
    found = (out / "python" / "python313._pth").read_text("utf-8").split("\n")
    assert found[:2] == ["python313.zip", "."]
    assert found[-3:] == ["Lib/site-packages", "import site", ""]
    (command,) = asked
    target = command.index("--target") + 1
    assert Path(command[target]) == out / "python" / "Lib" / "site-packages"


def test_pip_is_asked_for_wheels_of_windows_and_of_that_python(tmp_path):
    command = windows.fetch(Path("gouji.whl"), "3.13", tmp_path, None)
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    said = " ".join(command)
    assert "--only-binary :all: --platform win_amd64 --python-version 3.13" in said
    assert command[-3:] == ["gouji.whl[excel,fast]", "pywin32", "colorama"]
    assert "--no-index" not in said
    offline = windows.fetch(Path("gouji.whl"), "3.13", tmp_path, tmp_path)
    assert offline[offline.index("--no-index") + 1 :][:2] == ["--find-links", str(tmp_path)]


def test_what_is_no_embeddable_python_is_refused(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("readme.txt", "")
    with pytest.raises(SystemExit, match="embeddable"):
        windows.main([str(path), "gouji.whl", "-o", str(tmp_path / "out")])


def test_a_folder_that_exists_is_left_alone(embedded, tmp_path):
    with pytest.raises(SystemExit, match="left alone"):
        windows.main([str(embedded), "gouji.whl", "-o", str(tmp_path)])
