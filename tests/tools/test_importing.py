from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tailored.tools import Catalog, CatalogIndex, import_catalog, remove_items, update_catalog
from tailored.tools.errors import CatalogNotFound, ImportRefused, UnknownItem

from .parts import WordEmbedder, movielens, write_jsonl

BOOK = {"id": "b1", "title": "Emma", "price": 7.5, "used": True, "genres": ["Novel", "Comedy"], "author": "Austen"}


def titles(catalog: Catalog) -> list[str]:
    return [item.title for item in catalog]


class TestJsonl:
    def test_items_come_back_as_they_were(self, tmp_path: Path) -> None:
        import_catalog(write_jsonl(tmp_path / "books.jsonl", [BOOK]), tmp_path / "c")
        [item] = Catalog.open(tmp_path / "c")

        assert (item.id, item.title) == ("b1", "Emma")
        assert item.facets == {"price": 7.5, "used": True, "genres": ("Novel", "Comedy"), "author": "Austen"}

    def test_kinds_of_facets_are_inferred(self, tmp_path: Path) -> None:
        report = import_catalog(write_jsonl(tmp_path / "books.jsonl", [BOOK]), tmp_path / "c")

        assert report.facets == {"price": "number", "used": "flag", "genres": "labels", "author": "text"}

    def test_long_texts_are_searched_and_are_no_facet(self, tmp_path: Path) -> None:
        row = BOOK | {"description": "A match-maker learns.", "blurb": "long " * 30}
        report = import_catalog(write_jsonl(tmp_path / "books.jsonl", [row]), tmp_path / "c")
        [item] = Catalog.open(tmp_path / "c")

        assert "blurb" not in report.facets
        assert item.text.startswith("A match-maker learns. long long")

    @pytest.mark.parametrize(
        ("line", "column", "reason"),
        [
            (b'{"id": "x", "price": 1}', "title", "missing"),
            (b'{"title": "x", "price": 1}', "id", "missing"),
            (b'{"id": "b1", "title": "again"}', "id", "was there before"),
            (b'{"id": "x", "title": "x", "price": NaN}', "price", "finite"),
            (b'{"id": "x", "title": "x", "author": {"a": 1}}', "author", "object"),
            (b'{"id": "x", "title": "half \\ud800 a pair"}', "title", "surrogate"),
            (b'{"id": "x", "title": "x", "genres": ["\\ud800"]}', "genres", "surrogate"),
            (b'{"id": "x", "title": "' + b"y" * 600 + b'"}', "title", "600 characters"),
            (b"[1, 2]", "", "not a JSON object"),
            (b'{"id": "x", "title": ', "", "not JSON"),
            (b"\x00\x01\x02", "", "binary"),
            (b'{"id": "\xff"}', "", "UTF-8"),
            (b'{"id": "x", "title": "' + b"y" * 10_000_000 + b'"}', "", "longer than"),
        ],
        ids=lambda value: None if isinstance(value, bytes) else value,
    )
    def test_a_bad_row_is_reported_and_the_rest_imported(
        self, tmp_path: Path, line: bytes, column: str, reason: str
    ) -> None:
        source = write_jsonl(tmp_path / "books.jsonl", [BOOK | {"id": f"b{n}"} for n in range(1, 25)])
        source.write_bytes(source.read_bytes() + line + b'\n{"id": "last", "title": "Last"}\n')
        report = import_catalog(source, tmp_path / "c")

        [problem] = report.problems
        assert (problem.row, problem.column) == (25, column)
        assert reason in problem.reason
        assert (report.n_items, report.n_problems) == (25, 1)
        assert "last" in Catalog.open(tmp_path / "c")


class TestCsv:
    def test_types_lists_and_empty_cells(self, tmp_path: Path) -> None:
        source = tmp_path / "shop.csv"
        source.write_text("SKU;Product Name;Price;Tags;In Stock\n1;Pen;2.5;red|blue;true\n2;Ink;;;false\n", "utf-8")
        import_catalog(source, tmp_path / "c")
        pen, ink = Catalog.open(tmp_path / "c")

        assert pen.facets == {"price": 2.5, "tags": ("red", "blue"), "in_stock": True}
        assert ink.facets == {"in_stock": False}

    def test_quoted_cells_may_hold_line_ends(self, tmp_path: Path) -> None:
        source = tmp_path / "shop.csv"
        source.write_text('id,title,description\n1,"Pen\nred","a, b"\n2,Ink,c\n', "utf-8")
        import_catalog(source, tmp_path / "c")

        assert titles(Catalog.open(tmp_path / "c")) == ["Pen red", "Ink"]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (b"x,Bad,nan", "finite"),
            (b"x,Bad,1,2,3", "5 cells under 3 columns"),
            (b"\xff\xfe,Bad,1", "UTF-8"),
            (b"x,Bad\x00,1", "binary"),
            (b"x," + b"y" * 200_000, "longer than"),
            (b"x,Bad,cheap", "not a number"),
        ],
        ids=lambda value: None if isinstance(value, bytes) else value,
    )
    def test_a_bad_row_is_reported_with_its_line(self, tmp_path: Path, line: bytes, reason: str) -> None:
        source = tmp_path / "shop.csv"
        rows = b"".join(b"%d,Item %d,%d\n" % (n, n, n) for n in range(30))
        source.write_bytes(b"id,title,price\n" + rows + line + b"\nlast,Last,3\n")
        report = import_catalog(source, tmp_path / "c")

        assert [(p.row, reason in p.reason) for p in report.problems] == [(32, True)]
        assert report.n_items == 31


class TestMovieLens:
    def test_titles_genres_and_years(self, tmp_path: Path) -> None:
        import_catalog(movielens(tmp_path), tmp_path / "c")
        catalog = Catalog.open(tmp_path / "c")
        thing, home = catalog.items([2, 6])

        assert thing.title == "The Thing (1982)"
        assert thing.facets == {"genres": ("Horror", "Sci-Fi"), "year": 1982.0}
        assert home.facets == {}

    def test_tags_become_labels(self, tmp_path: Path) -> None:
        source = movielens(tmp_path)
        (source / "tags.csv").write_text("userId,movieId,tag,timestamp\n1,1,Space,1\n2,1,space,2\n", "utf-8")
        import_catalog(source, tmp_path / "c")

        assert next(iter(Catalog.open(tmp_path / "c"))).facets["tags"] == ("space",)

    def test_ratings_are_kept_in_the_order_of_time(self, tmp_path: Path) -> None:
        report = import_catalog(movielens(tmp_path), tmp_path / "c")
        kept = Catalog.open(tmp_path / "c").interactions()

        assert (report.n_interactions, kept.n_people) == (21, 6)
        assert kept.items[kept.people == 0].tolist() == [0, 1, 2, 5]
        assert np.all(np.diff(kept.times[kept.people == 0]) > 0)

    def test_bad_ratings_are_reported(self, tmp_path: Path) -> None:
        source = movielens(tmp_path)
        with (source / "ratings.csv").open("a", encoding="utf-8") as file:
            file.write(f"1,999,3,5\n1,1,nan,5\n1,1,3,soon\n1,1,3,{2**63}\n")
        report = import_catalog(source, tmp_path / "c")

        assert [p.row for p in report.problems] == [23, 24, 25, 26]
        assert report.n_interactions == 21

    def test_blanks_beside_a_time_do_not_matter(self, tmp_path: Path) -> None:
        source = movielens(tmp_path)
        (source / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,1,4.0,964982495 \n", "utf-8")

        report = import_catalog(source, tmp_path / "c")

        assert (report.problems, report.n_interactions) == ((), 1)

    def test_a_catalog_without_ratings_has_no_interactions(self, tmp_path: Path) -> None:
        import_catalog(write_jsonl(tmp_path / "books.jsonl", [BOOK]), tmp_path / "c")

        assert len(Catalog.open(tmp_path / "c").interactions()) == 0


class TestRefusal:
    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("a.jsonl", b"", "no rows"),
            ("a.jsonl", b"\x00\x01\n\x00\n{}\n", "rows cannot be used"),
            ("a.csv", b"colour,size\nred,1\n", "no column for the id or the title"),
            ("a.csv", b"id,title\n1,\n2,\n3,Pen\n", "2 of 3 rows cannot be used"),
            ("a.xlsx", b"PK", "unknown kind of file"),
        ],
    )
    def test_an_unfit_source_leaves_the_old_catalog_as_it_was(
        self, tmp_path: Path, name: str, content: bytes, message: str
    ) -> None:
        import_catalog(write_jsonl(tmp_path / "books.jsonl", [BOOK]), tmp_path / "c")
        before = sorted(tmp_path.glob("c/**/*"))
        (tmp_path / name).write_bytes(content)

        with pytest.raises(ImportRefused, match=message):
            import_catalog(tmp_path / name, tmp_path / "c")

        assert sorted(tmp_path.glob("c/**/*")) == before
        assert titles(Catalog.open(tmp_path / "c")) == ["Emma"]

    def test_a_missing_source_names_what_to_pass(self, tmp_path: Path) -> None:
        with pytest.raises(ImportRefused, match=r"pass a \.jsonl or \.csv"):
            import_catalog(tmp_path / "nowhere", tmp_path / "c")


def test_importing_again_replaces_the_catalog(tmp_path: Path) -> None:
    import_catalog(write_jsonl(tmp_path / "one.jsonl", [BOOK]), tmp_path / "c")
    import_catalog(write_jsonl(tmp_path / "two.jsonl", [BOOK | {"title": "Persuasion"}]), tmp_path / "c")

    assert titles(Catalog.open(tmp_path / "c")) == ["Persuasion"]
    assert len(list((tmp_path / "c").iterdir())) == 2


def test_a_reader_of_the_old_catalog_keeps_reading_it(tmp_path: Path) -> None:
    import_catalog(write_jsonl(tmp_path / "one.jsonl", [BOOK]), tmp_path / "c")
    old = Catalog.open(tmp_path / "c")
    import_catalog(write_jsonl(tmp_path / "two.jsonl", [BOOK | {"title": "Persuasion"}]), tmp_path / "c")

    assert titles(old) == ["Emma"]


def test_progress_says_how_many_rows_are_done(tmp_path: Path) -> None:
    told: list[int] = []
    rows = [BOOK | {"id": str(n)} for n in range(2500)]
    import_catalog(write_jsonl(tmp_path / "books.jsonl", rows), tmp_path / "c", progress=told.append)

    assert told == [1000, 2000, 2500]


def test_opening_without_a_catalog_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CatalogNotFound, match="import one first"):
        Catalog.open(tmp_path)


def test_an_unknown_item_is_named(tmp_path: Path) -> None:
    import_catalog(write_jsonl(tmp_path / "one.jsonl", [BOOK]), tmp_path / "c")

    with pytest.raises(UnknownItem, match="'b2'"):
        Catalog.open(tmp_path / "c").position("b2")


class TestInteractions:
    def test_a_file_of_who_chose_what_comes_with_the_items(self, tmp_path: Path) -> None:
        items = write_jsonl(tmp_path / "items.jsonl", [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}])
        events = write_jsonl(
            tmp_path / "events.jsonl",
            [
                {"user": "zoe", "item": "b", "time": "2026-01-02"},
                {"user": "zoe", "item": "a", "time": "2026-01-01T10:00:00"},
                {"user": "max", "item": "b", "time": 1767225600},
            ],
        )
        report = import_catalog(items, tmp_path / "c", interactions=events)
        kept = Catalog.open(tmp_path / "c").interactions()

        assert report.n_interactions == 3
        assert kept.items.tolist() == [0, 1, 1]
        assert kept.values.tolist() == [1.0, 1.0, 1.0]
        assert b"zoe" not in b"".join(path.read_bytes() for path in tmp_path.glob("c/*/*"))

    @pytest.mark.parametrize(
        ("row", "column", "reason"),
        [
            ({"user": "zoe", "item": "gone", "rating": 3, "time": 1}, "item", "no item 'gone'"),
            ({"user": "zoe", "item": "a", "rating": -1, "time": 1}, "rating", "above 0"),
            ({"user": "zoe", "item": "a", "rating": 3, "time": "soon"}, "time", "neither seconds"),
            ({"user": None, "item": "a", "rating": 3, "time": 1}, "user", "missing"),
        ],
    )
    def test_a_bad_row_is_reported(self, tmp_path: Path, row: object, column: str, reason: str) -> None:
        items = write_jsonl(tmp_path / "items.jsonl", [{"id": "a", "title": "A"}])
        good = {"user": "max", "item": "a", "rating": 4, "time": 5}
        events = write_jsonl(tmp_path / "events.jsonl", [good, row])
        report = import_catalog(items, tmp_path / "c", interactions=events)

        [problem] = report.problems
        assert (problem.row, problem.column) == (2, column)
        assert reason in problem.reason
        assert report.n_interactions == 1

    def test_columns_that_do_not_say_who_are_refused(self, tmp_path: Path) -> None:
        items = write_jsonl(tmp_path / "items.jsonl", [{"id": "a", "title": "A"}])
        events = write_jsonl(tmp_path / "events.jsonl", [{"colour": "red"}])

        with pytest.raises(ImportRefused, match="name them `user` and `item`"):
            import_catalog(items, tmp_path / "c", interactions=events)

        assert not (tmp_path / "c" / "CURRENT").exists()


class TestParquet:
    def test_rows_and_kinds(self, tmp_path: Path) -> None:
        arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        rows = [BOOK, BOOK | {"id": "b2", "price": None}]
        parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "books.parquet")
        report = import_catalog(tmp_path / "books.parquet", tmp_path / "c")
        first, second = Catalog.open(tmp_path / "c")

        assert report.facets["price"] == "number"
        assert first.facets == {"price": 7.5, "used": True, "genres": ("Novel", "Comedy"), "author": "Austen"}
        assert "price" not in second.facets

    def test_a_long_row_is_reported(self, tmp_path: Path) -> None:
        arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        rows = [BOOK, BOOK | {"id": "b2", "author": "x" * 10_000_000}, BOOK | {"id": "b3"}]
        parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "books.parquet")
        report = import_catalog(tmp_path / "books.parquet", tmp_path / "c")

        assert [(problem.row, "longer than" in problem.reason) for problem in report.problems] == [(2, True)]
        assert report.n_items == 2

    def test_what_is_no_parquet_is_refused(self, tmp_path: Path) -> None:
        pytest.importorskip("pyarrow.parquet")
        (tmp_path / "books.parquet").write_bytes(b"not parquet")

        with pytest.raises(ImportRefused, match="is not Parquet"):
            import_catalog(tmp_path / "books.parquet", tmp_path / "c")


class TestUpdate:
    def books(self, tmp_path: Path) -> Path:
        rows = [BOOK | {"id": f"b{n}", "title": f"Book {n}"} for n in range(4)]
        import_catalog(write_jsonl(tmp_path / "books.jsonl", rows), tmp_path / "c")
        return tmp_path / "c"

    def test_items_are_added_and_replaced_in_their_places(self, tmp_path: Path) -> None:
        into = self.books(tmp_path)
        rows = [{"id": "b1", "title": "Changed", "price": 3}, {"id": "b9", "title": "Added"}]
        report = update_catalog(write_jsonl(tmp_path / "new.jsonl", rows), into)
        catalog = Catalog.open(into)

        assert (report.n_items, report.n_added, report.n_changed) == (5, 1, 1)
        assert titles(catalog) == ["Book 0", "Changed", "Book 2", "Book 3", "Added"]
        assert catalog.having("author", "austen").tolist() == [True, False, True, True, False]
        assert catalog.between("price", 3, 3).tolist() == [False, True, False, False, False]

    def test_facets_keep_their_kinds_and_new_ones_join(self, tmp_path: Path) -> None:
        into = self.books(tmp_path)
        rows = [{"id": f"n{n}", "title": "New", "author": n, "pages": 90 + n} for n in range(3)]
        update_catalog(write_jsonl(tmp_path / "new.jsonl", rows), into)

        kinds = {name: facet.kind for name, facet in Catalog.open(into).facets.items()}
        assert kinds == {"price": "number", "used": "flag", "genres": "labels", "author": "text", "pages": "number"}

    def test_an_id_twice_in_one_update_is_reported(self, tmp_path: Path) -> None:
        into = self.books(tmp_path)
        rows = [{"id": "b1", "title": "First"}, {"id": "b1", "title": "Second"}]
        report = update_catalog(write_jsonl(tmp_path / "new.jsonl", rows), into)

        assert [problem.row for problem in report.problems] == [2]
        assert "First" in titles(Catalog.open(into))

    def test_interactions_stay(self, tmp_path: Path) -> None:
        import_catalog(movielens(tmp_path), tmp_path / "c")
        update_catalog(write_jsonl(tmp_path / "new.jsonl", [{"id": "99", "title": "New"}]), tmp_path / "c")

        assert len(Catalog.open(tmp_path / "c").interactions()) == 21

    def test_without_a_catalog_there_is_nothing_to_update(self, tmp_path: Path) -> None:
        with pytest.raises(CatalogNotFound):
            update_catalog(write_jsonl(tmp_path / "new.jsonl", [BOOK]), tmp_path / "c")

    def test_only_what_changed_is_embedded_again(self, tmp_path: Path) -> None:
        into = self.books(tmp_path)
        CatalogIndex.open(Catalog.open(into), WordEmbedder())
        update_catalog(
            write_jsonl(tmp_path / "new.jsonl", [{"id": "b1", "title": "Changed"}, BOOK | {"id": "b9"}]), into
        )
        told: list[int] = []
        index = CatalogIndex.open(Catalog.open(into), WordEmbedder(), progress=told.append)

        assert told == [5]
        documents = [item.document for item in index.catalog]
        assert np.array_equal(index.vectors, WordEmbedder().embed(documents))
        assert index.search("changed", count=1)[0].item.id == "b1"


class TestRemove:
    def test_what_is_left_is_as_it_was(self, tmp_path: Path) -> None:
        import_catalog(movielens(tmp_path), tmp_path / "c")
        before = {item.id: item for item in Catalog.open(tmp_path / "c")}
        left = remove_items(tmp_path / "c", ["1", "5"])
        catalog = Catalog.open(tmp_path / "c")

        assert left == len(catalog) == 5
        assert list(catalog) == [item for item_id, item in before.items() if item_id not in ("1", "5")]
        assert catalog.having("genres", "horror").tolist() == [True, True, False, False, False]

    def test_interactions_follow_their_items(self, tmp_path: Path) -> None:
        import_catalog(movielens(tmp_path), tmp_path / "c")
        remove_items(tmp_path / "c", ["1", "5"])
        catalog = Catalog.open(tmp_path / "c")
        kept = catalog.interactions()

        assert [catalog.ids[item] for item in kept.items[kept.people == 0]] == ["2", "3", "6"]

    def test_unknown_ids_are_named_and_nothing_is_removed(self, tmp_path: Path) -> None:
        import_catalog(movielens(tmp_path), tmp_path / "c")

        with pytest.raises(UnknownItem, match=r"'gone'.*nothing was removed"):
            remove_items(tmp_path / "c", ["1", "gone"])

        assert "1" in Catalog.open(tmp_path / "c")

    def test_the_last_item_cannot_be_removed(self, tmp_path: Path) -> None:
        import_catalog(write_jsonl(tmp_path / "one.jsonl", [BOOK]), tmp_path / "c")

        with pytest.raises(ImportRefused, match="no item would be left"):
            remove_items(tmp_path / "c", ["b1"])


def test_an_import_that_is_cut_short_leaves_the_old_catalog(tmp_path: Path) -> None:
    import_catalog(write_jsonl(tmp_path / "one.jsonl", [BOOK]), tmp_path / "c")
    rows = [BOOK | {"id": str(n)} for n in range(1500)]

    def stop(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_catalog(write_jsonl(tmp_path / "two.jsonl", rows), tmp_path / "c", progress=stop)

    assert titles(Catalog.open(tmp_path / "c")) == ["Emma"]
    assert len(list((tmp_path / "c").iterdir())) == 2
