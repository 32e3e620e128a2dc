"""What is kept in memory is what would be found anew."""

import importlib
import inspect
import pkgutil

import pytest

import toolkit


def kept():
    """Yield (name, function) of each function without arguments whose answer is kept."""
    for module in pkgutil.walk_packages(toolkit.__path__, "toolkit."):
        if module.name.rpartition(".")[2] == "__main__":
            continue
        for name, one in vars(importlib.import_module(module.name)).items():
            if (
                hasattr(one, "cache_info")
                and one.__module__ == module.name
                and not inspect.signature(one).parameters
            ):
                yield f"{module.name}.{name}", one


def test_there_are_answers_that_are_kept():
    assert len(dict(kept())) > 10


@pytest.mark.parametrize("name", dict(kept()))
def test_a_kept_answer_is_the_one_found_anew(name):
    one = dict(kept())[name]
    assert repr(one.__wrapped__()) == repr(one())
