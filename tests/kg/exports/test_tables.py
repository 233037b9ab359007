"""CSV pairs and Parquet, opened by csv, pandas and pyarrow."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pandas
import pyarrow.parquet
import pytest

from kg.cli import main
from kg.exports.columns import CLAIM, NODE, RELATIONSHIP, Form
from kg.network import Network
from tests.kg.exports.conftest import NAMES, Exported
from tests.kg.exports.elements import FORMS, edges_of

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def in_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        value = re.sub(r'\\(?=[rntbf"\\,\r\n]|\Z)', "＼", value)
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return "" if value is None else str(value)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("form", FORMS)
def test_csv_pairs_hold_the_network(network: Network, exported: Exported, form: Form) -> None:
    folder = exported("csv", "--edges", form)
    assert sorted(path.name for path in folder.iterdir()) == ["edges.csv", "nodes.csv"]
    found = {row["Id"]: row for row in rows(folder / "nodes.csv")}
    wanted = list(network.nodes())
    assert list(found) == [node.id for node in wanted]
    for node in wanted:
        row = found[node.id]
        assert row["Label"] == in_cell(node.name)
        assert row["node_type"] == node.type
        for column in NODE:
            if column.name not in ("label", "type"):
                assert row[column.name] == in_cell(column.flat(node)), column.name
    told = rows(folder / "edges.csv")
    edges = edges_of(network, form)
    assert len(told) == len(edges)
    for row, edge in zip(told, edges, strict=True):
        assert (row["Id"], row["Source"], row["Target"]) == (edge.id, edge.subject, edge.object)
        assert (row["Label"], row["edge_type"], row["status"]) == (edge.label, edge.type, edge.status)
        for column in RELATIONSHIP if form == "relationships" else CLAIM:
            if column.name not in ("label", "type"):
                assert row[column.name] == in_cell(column.flat(edge)), column.name


def test_no_cell_is_a_formula_and_no_name_is_lost(exported: Exported) -> None:
    for form in FORMS:
        for path in exported("csv", "--edges", form).iterdir():
            for row in rows(path):
                assert not [cell for cell in row.values() if re.match("[=+@\t\r\n＝＋－＠-]", cell)]
    labels = {row["Label"] for row in rows(exported("csv") / "nodes.csv")}
    assert {in_cell(name) for name in NAMES} <= labels


@pytest.mark.parametrize("form", FORMS)
def test_pandas_reads_the_same_from_csv(network: Network, exported: Exported, form: Form) -> None:
    folder = exported("csv", "--edges", form)
    # Only its slower parser keeps a carriage return within quotes.
    frame = pandas.read_csv(folder / "nodes.csv", keep_default_na=False, dtype=str, engine="python")
    assert list(frame["Label"]) == [in_cell(node.name) for node in network.nodes()]
    frame = pandas.read_csv(folder / "edges.csv", keep_default_na=False, dtype=str, engine="python")
    assert list(frame["Id"]) == [edge.id for edge in edges_of(network, form)]


def test_parquet_holds_the_network_in_three_tables(network: Network, exported: Exported) -> None:
    folder = exported("parquet")
    tables = {
        "nodes": (NODE, list(network.nodes())),
        "relationships": (RELATIONSHIP, list(network.relationships())),
        "claims": (CLAIM, list(network.claims())),
    }
    assert sorted(path.stem for path in folder.iterdir()) == sorted(tables)
    for name, (columns, elements) in tables.items():
        table = pyarrow.parquet.read_table(folder / f"{name}.parquet")
        assert table.column("id").to_pylist() == [one.id for one in elements]
        for column in columns:
            wanted = [list(v) if isinstance(v := column.of(one), tuple) else v for one in elements]
            assert table.column(column.name).to_pylist() == wanted, column.name
        if name != "nodes":
            assert table.column("subject").to_pylist() == [one.subject for one in elements]
        frame = pandas.read_parquet(folder / f"{name}.parquet")
        assert len(frame) == len(elements)


def test_a_folder_that_is_there_is_replaced_whole_and_no_other_things_are_touched(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "pairs"
    command = ["-g", str(folder), "export", "csv", "-o", str(target)]
    assert main(command) == 0
    first = {path.name: path.read_bytes() for path in target.iterdir()}
    (target / "nodes.csv").write_text("old", "utf-8")
    assert main(command) == 0
    assert {path.name: path.read_bytes() for path in target.iterdir()} == first
    (target / "mine.txt").write_text("mine", "utf-8")
    capsys.readouterr()
    assert main(command) == 3
    assert "holds other things (mine.txt); choose a new or empty folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["pairs"]
    assert (target / "mine.txt").read_text("utf-8") == "mine"
