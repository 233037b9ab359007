"""The four packages depend on one another in one direction only, and on nothing that is not declared."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "ontology": set(),
    "loaders": {"ontology"},
    "queries": {"ontology"},
    "kg": {"ontology", "loaders", "queries"},
}
NOT_PACKAGED = {"benchmarks", "tests", "examples", "docs"}


class Import(NamedTuple):
    where: str  # file:line, relative to the root
    package: str  # the top-level name of what is imported
    only_typed: bool  # read by type checkers alone


def imports(root: Path, package: str) -> Iterator[Import]:
    """Every import in a package, also inside functions, under TYPE_CHECKING, and by import_module("…")."""
    for path in sorted((root / package).rglob("*.py")):
        tree = ast.parse(path.read_bytes(), filename=str(path))
        guarded = [
            node for node in ast.walk(tree) if isinstance(node, ast.If) and names_type_checking(node.test)
        ]
        typed = {inner for node in guarded for statement in node.body for inner in ast.walk(statement)}
        for node in ast.walk(tree):
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                # A relative import cannot leave its own top-level package.
                modules = [node.module or ""] if node.level == 0 else [package]
            elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if called in {"import_module", "__import__"} and isinstance(node.args[0].value, str):
                    modules = [node.args[0].value]
            for module in modules:
                where = f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)}"
                yield Import(where, module.partition(".")[0] or package, node in typed)


def names_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def breaches(root: Path, package: str) -> list[str]:
    forbidden = (MAY_IMPORT.keys() | NOT_PACKAGED) - MAY_IMPORT[package] - {package}
    return [f"{i.where} imports {i.package}" for i in imports(root, package) if i.package in forbidden]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    assert any((ROOT / package).glob("*.py"))
    assert breaches(ROOT, package) == []


@pytest.mark.parametrize(
    "line",
    [
        "import loaders",
        "import os, kg.graph",
        "from queries.catalogue import find",
        "def later():\n    from kg import graph",
        "import importlib\nimportlib.import_module('loaders.brat.reading')",
        "__import__('tests')",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import loaders.native.reading",
    ],
)
def test_an_import_against_the_rule_is_found_wherever_it_hides(tmp_path: Path, line: str) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "fine.py").write_text(
        "from . import models\nfrom ontology import text\nimport json\n"
    )
    assert breaches(tmp_path, "ontology") == []
    (tmp_path / "ontology" / "wrong.py").write_text(line + "\n")
    assert len(breaches(tmp_path, "ontology")) == 1


def test_everything_imported_from_elsewhere_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [
        *project["dependencies"],
        *(r for extra in project["optional-dependencies"].values() for r in extra),
    ]
    declared = {plain(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]) for requirement in requirements}
    providers = packages_distributions()
    undeclared = [
        f"{found.where} imports {found.package}"
        for package in MAY_IMPORT
        for found in imports(ROOT, package)
        if not found.only_typed
        and found.package not in sys.stdlib_module_names | MAY_IMPORT.keys()
        and not declared & {plain(name) for name in providers.get(found.package, [])}
    ]
    assert undeclared == []


def plain(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
