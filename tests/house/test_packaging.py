"""gouji runs from a wheel, an sdist, an editable install and a bare checkout, from any folder."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from source import CHECKOUT

SHIPPED = ("toolkit", "templates", "schemas", "README.md", "LICENSE", "pyproject.toml")
AWKWARD = "新 电脑"
CLEAN = {
    name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GOUJI"))
}


def run(*command: object, cwd: Path, **env: str) -> str:
    """Return a command's output; fail with all of it on an error status."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=CLEAN | {"PYTHONUTF8": "1"} | env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def copy(checkout: Path, to: Path) -> Path:
    """Return a copy of the files needed to build, without those of earlier builds or tests."""
    to.mkdir(parents=True)
    for name in SHIPPED:
        if (checkout / name).is_dir():
            shutil.copytree(
                checkout / name, to / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(checkout / name, to / name)
    return to


def fresh(folder: Path) -> Path:
    """Return the scripts of a new environment that finds gouji's dependencies, and no gouji."""
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    found = {Path(importlib.util.find_spec(name).origin).parent for name in ("click", "hatchling")}
    own = run(
        scripts / "python",
        "-c",
        "import sysconfig; print(sysconfig.get_path('purelib'))",
        cwd=folder,
    )
    lines = "\n".join(str(path.parent) for path in sorted(found))
    (Path(own.strip()) / "dependencies.pth").write_text(lines, encoding="utf-8")
    return scripts


def install(scripts: Path, *what: object) -> None:
    """Install with pip, offline: the dependencies are there."""
    options = ("install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation")
    pip = (sys.executable, "-m", "pip", "--python", scripts / "python")
    run(*pip, *options, *what, cwd=scripts)


def home(scripts: Path, elsewhere: Path) -> Path:
    """Return the folder the installed toolkit is imported from."""
    code = "import toolkit; print(toolkit.__file__)"
    return Path(run(scripts / "python", "-c", code, cwd=elsewhere).strip()).parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel and the sdist of this checkout."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.fail("hatchling is missing: install the extra `test`")
    out = tmp_path_factory.mktemp("dist")
    checkout = copy(CHECKOUT, tmp_path_factory.mktemp(AWKWARD) / "源")
    run(sys.executable, "-m", "hatchling", "build", "-d", out, cwd=checkout)
    return out


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return a folder unrelated to the toolkit."""
    folder = tmp_path / "别 处"
    folder.mkdir()
    return folder


@pytest.fixture
def pip(need):
    need(importlib.util.find_spec("pip"), "pip is not installed in this environment")
    return install


def contents(wheel: Path) -> dict[str, bytes]:
    """Return a wheel's files without its record."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.endswith(("RECORD", "WHEEL"))
        }


def test_the_wheel_holds_the_code_and_the_forms_and_nothing_else(built, checkout):
    names = set(contents(next(built.glob("*.whl"))))
    for folder, inside in (("templates", "toolkit/templates"), ("schemas", "toolkit/schemas")):
        files = {
            f"{inside}/{path.relative_to(checkout / folder).as_posix()}"
            for path in (checkout / folder).rglob("*")
            if path.is_file()
        }
        assert files
        assert files <= names
        assert not any(name.startswith(inside) and name.endswith(".py") for name in names)
    assert {name.partition("/")[0] for name in names if "dist-info" not in name} == {"toolkit"}
    assert "toolkit/py.typed" in names


def test_a_wheel_built_from_the_sdist_is_the_same(built, tmp_path):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path / "sdist", filter="data")
    (unpacked,) = (tmp_path / "sdist").iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=unpacked)
    again = contents(next(tmp_path.glob("*.whl")))
    assert again == contents(next(built.glob("*.whl")))


def test_the_wheel_runs_from_another_folder(built, tmp_path, elsewhere, pip):
    scripts = fresh(tmp_path / AWKWARD)
    pip(scripts, next(built.glob("*.whl")))
    assert tmp_path / AWKWARD in home(scripts, elsewhere).parents
    assert "annual-report" in run(scripts / "gouji", "forms", cwd=elsewhere)


def test_an_editable_install_runs_the_checkout(checkout, tmp_path, elsewhere, pip):
    source = copy(checkout, tmp_path / AWKWARD / "gou ji")
    scripts = fresh(tmp_path / "venv")
    pip(scripts, "--editable", source)
    assert home(scripts, elsewhere) == source / "toolkit"
    assert "annual-report" in run(scripts / "gouji", "forms", cwd=elsewhere)


def test_a_bare_checkout_runs_without_installing(checkout, tmp_path, elsewhere):
    source = copy(checkout, tmp_path / AWKWARD / "gou ji")
    scripts = fresh(tmp_path / "venv")
    for cwd in (source, elsewhere):
        printed = run(scripts / "python", "-m", "toolkit", "forms", cwd=cwd, PYTHONPATH=str(source))
        assert "annual-report" in printed
