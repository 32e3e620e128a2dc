"""Makes a folder with Python, gouji and the buttons for Windows computers without Python.

    python -m release.windows python-3.13.7-embed-amd64.zip gouji-0.2.0-py3-none-any.whl -o OUT

The zip is the "Windows embeddable package (64-bit)" of python.org, the wheel is ours
(`pip wheel --no-deps .`). Runs on any platform; pip fetches the other wheels, made for Windows.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from packaging.utils import canonicalize_name

from toolkit.addin.ribbon import NAME, shipped, with_python

PYTHON = "python"
"""Name of Python's folder; the commands beside it use it as a relative path."""
REPORT = "report.json"
"""Name of pip's report on what it installed; it does not stay in the folder."""
NOT_FREE = (
    "xlwings/pro",
    "xlwings-*.dist-info/licenses/LICENSE_PRO.txt",
    "adodbapi",
    "**/adodbapi",
)
"""What packages contain under terms that do not let everybody hand it on; nothing here uses it."""
PACKAGES = "Lib/site-packages"
BESIDE = ("pywin32", "colorama")
"""Packages that xlwings and click need on Windows only: pip tests for its own platform."""
COMMANDS = {"安装按钮.cmd": "install", "检查按钮.cmd": "doctor", "卸载按钮.cmd": "uninstall"}
COMMAND = """\
@echo off
"%~dp0python\\python.exe" -P -m toolkit addin {command} --lang zh
pause
"""
README = """\
Excel 里的按钮：不用安装 Python，不用管理员权限
一、把整个文件夹放到一个不会再动的地方（如“文档”），不要放在压缩包里直接运行。
二、关闭所有 Excel 窗口，双击“安装按钮.cmd”，再打开 Excel，会看到“政府信息公开年报”选项卡。
三、文件夹挪了地方：再双击一次“安装按钮.cmd”。
四、没有看到、点了没有反应：双击“检查按钮.cmd”，它会说明缺什么、怎么办。
五、不用了：双击“卸载按钮.cmd”，再删掉文件夹。
不想放进 Excel 的启动文件夹：每次打开 Excel 后双击本文件夹里的 gouji.xlam，选“启用宏”，也有按钮。
"""


def unpack(embedded: Path, folder: Path) -> str:
    """Unpack Python, set to find packages beside itself; return its version, such as 3.13."""
    with zipfile.ZipFile(embedded) as package:
        package.extractall(folder)
    paths = next(folder.glob("python3*._pth"), None)
    if paths is None:
        raise SystemExit(f"{embedded}: no python3….pth in it; take the embeddable package")
    lines = [line for line in paths.read_text("utf-8").splitlines() if "import site" not in line]
    paths.write_text("\n".join([*lines, PACKAGES, "import site", ""]), encoding="utf-8")
    return re.sub(r"python(\d)(\d+)", r"\1.\2", paths.stem)


def fetch(wheel: Path, version: str, folder: Path, found: Path | None) -> list[str]:
    """Return pip's command that installs gouji and its dependencies into the folder.

    found: a folder of wheels to take instead of asking the network.
    """
    offline = ["--no-index", "--find-links", str(found)] if found else []
    aimed = ["--platform", "win_amd64", "--python-version", version, "--implementation", "cp"]
    return [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"),
        *("--only-binary", ":all:", *aimed, "--target", str(folder), *offline),
        *("--report", str(folder / REPORT)),
        *(f"{wheel}[excel,fast]", *BESIDE),
    ]


def dress(folder: Path) -> None:
    """Write the commands, the add-in and the instructions into the folder."""
    for name, command in COMMANDS.items():
        text = COMMAND.format(command=command)
        (folder / name).write_text(text, encoding="ascii", newline="\r\n")
    (folder / NAME).write_bytes(with_python(shipped(), f"{PYTHON}\\pythonw.exe"))
    (folder / "说明.txt").write_text(README, encoding="utf-8-sig", newline="\r\n")


def make(embedded: Path, wheel: Path, folder: Path, found: Path | None) -> dict[str, str]:
    """Make the folder, which may not exist yet; return {package: SHA-256 of its wheel}.

    found: a folder of wheels.
    """
    if folder.exists():
        raise SystemExit(f"{folder} exists and was left alone")
    python = folder / PYTHON
    version = unpack(embedded, python)
    packages = python / PACKAGES
    packages.mkdir(parents=True)
    subprocess.run(fetch(wheel.resolve(), version, packages, found), check=True)
    digests = _digests(packages / REPORT)
    _strip(packages)
    dress(folder)
    return digests


def _digests(report: Path) -> dict[str, str]:
    """Return {package: SHA-256 of its wheel} by pip's report, which is taken away."""
    if not report.is_file():
        return {}
    installed = json.loads(report.read_text(encoding="utf-8"))["install"]
    report.unlink()
    return {
        canonicalize_name(one["metadata"]["name"]): hashes["sha256"]
        for one in installed
        if (hashes := one["download_info"].get("archive_info", {}).get("hashes"))
    }


def _strip(packages: Path) -> None:
    """Take out what names this machine, and what may not be handed on.

    Scripts for another system and the place of the wheel name it. RECORD keeps the lines of what
    goes: pip would only miss the files.
    """
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for pattern in ("*.dist-info/direct_url.json", *NOT_FREE):
        for path in sorted(packages.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> None:
    """Make the folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("embedded", type=Path, help="python-3.…-embed-amd64.zip")
    parser.add_argument("wheel", type=Path, help="gouji's wheel")
    parser.add_argument("-o", "--output", type=Path, required=True, help="a new folder")
    parser.add_argument(
        "--find-links", type=Path, help="a folder of wheels, instead of the network"
    )
    given = parser.parse_args(arguments)
    make(given.embedded, given.wheel, given.output, given.find_links)


if __name__ == "__main__":
    main()
