"""Project files that hold only the differences from another one: what is loaded, where its mistakes are, what is refused."""

import pytest

from coprod_budget.errors import ProjectError
from coprod_budget.project import load_project
from coprod_budget.project.bases import MAX_BASES

FILM = """\
title: The Danube Crossing
as_of: 2026-09-30
partners: {ru: {name: N, country: RU, currency: RUB, share: 100%}}
schedule: {shoot_days: {moscow: 14}, wrap_weeks: 2}
budget: {template: feature_medium}
waterfall:
  - {pay: ru, kind: percent_of_gross, rate: 5%, until: 50000}
  - {pay: ru, kind: net_profit}
variants: {early: {schedule: {start: 2026-12-01}}, low: {budget: {level: low}}}
"""


@pytest.fixture
def tree(tmp_path):
    """A folder of films: name -> text, and what loading one of them gives."""
    (tmp_path / "film" / "terms").mkdir(parents=True)

    def write(files):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    write({"film/film.yaml": FILM})
    return write


def refused(path):
    with pytest.raises(ProjectError) as caught:
        load_project(path)
    return [(p.code, p.file.rpartition("/")[2], p.line, p.column, p.message) for p in caught.value.problems]


def test_a_file_on_a_base_is_the_base_with_its_differences(tree):
    folder = tree(
        {
            "film/terms/b.yaml": "base: ../film.yaml\ntitle: B\nschedule: {shoot_days: {belgrade: 3}}\n"
            "waterfall: [{id: step_1, until: 70000}]\nvariants: {low: {budget: {level: high}}}\n",
            "film/terms/c.yaml": "base: b.yaml\n~schedule.wrap_weeks:\nschedule.shoot_days.moscow+: 1\n",
        }
    )
    film = load_project(folder / "film/terms/c.yaml", variants=["low"], sets=["schedule.post_weeks=1"])

    assert (film.title, film.budget.level, film.schedule.wrap_weeks) == ("B", "high", 1)
    assert film.schedule.shoot_days == {"moscow": 15, "belgrade": 3}
    assert [rule.until.amount if rule.until else None for rule in film.waterfall] == [70000, None]
    assert film.filename.endswith("c.yaml")
    where = {path: film.where(path).removeprefix(f"{folder}/film/") for path in (
        "title", "as_of", "schedule.shoot_days.moscow", "schedule.post_weeks", "budget.level", "waterfall[0].until.amount",
        "waterfall[1].kind", "waterfall[0].kind",
    )}  # fmt: skip
    assert where == {
        "title": "terms/b.yaml:2",
        "as_of": "film.yaml:2",
        "schedule.shoot_days.moscow": "terms/c.yaml:3",
        "schedule.post_weeks": "--set schedule.post_weeks=1",
        "budget.level": f"variant low ({folder}/film/terms/b.yaml:5)",
        "waterfall[0].until.amount": "terms/b.yaml:4",
        "waterfall[0].kind": "film.yaml:7",
        "waterfall[1].kind": "film.yaml:8",
    }


def test_mistakes_stand_in_the_file_that_makes_them(tree):
    folder = tree(
        {
            "film/film.yaml": FILM.replace("wrap_weeks: 2", "wrap_week: 2"),
            "film/b.yaml": "base: film.yaml\nschedule: {prep_weeks: x}\ntitel: B\npartners.rs.share: 3\n",
        }
    )
    assert refused(folder / "film/b.yaml") == [
        ("P203", "b.yaml", 2, 24, "`schedule.prep_weeks`: expected a number, found 'x'"),
        ("P202", "b.yaml", 3, 1, "unknown key 'titel'"),
        ("P402", "b.yaml", 4, 1, "there is no 'rs' in `partners`"),
        ("P202", "film.yaml", 4, 38, "unknown key 'wrap_week' in `schedule`"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "phrase"),
    [
        ("../../film.yaml", "lies outside this film's folder"),
        ("../other/film.yaml", "lies outside this film's folder"),
        ("../film/../../film.yaml", "lies outside this film's folder"),
        ("/etc/film.yaml", "expected a path from this file's folder"),
        ("C:\\film.yaml", "expected a path from this file's folder"),
        ("https://films.example/film.yaml", "expected a path from this file's folder"),
        ("../film.txt", "expected a .yaml file"),
        ("~/film.yaml", "cannot read the file: No such file or directory"),
        ("nowhere.yaml", "cannot read the file: No such file or directory"),
        ("folder.yaml", "is not a file"),
        ("pipe.yaml", "is not a file"),
        ("link.yaml", "lies outside this film's folder"),
        ("loop.yaml", "cannot read the file"),
        ("[film.yaml]", "expected a file, found a list"),
        ("3", "expected a file, found 3"),
        ("b.yaml", "it is based on itself"),
        ("a" * 5000 + ".yaml", "cannot read the file: File name too long"),
    ],
)
def test_a_base_is_a_yaml_file_of_this_film(tree, base, phrase):
    import os

    folder = tree({"film.yaml": FILM, "other/film.yaml": FILM, "film/terms/b.yaml": f"base: {base}\n"})
    here = folder / "film/terms"
    (here / "folder.yaml").mkdir()
    os.mkfifo(here / "pipe.yaml")
    (here / "link.yaml").symlink_to(folder / "film.yaml")
    (here / "loop.yaml").symlink_to(here / "loop.yaml")

    [(code, file, line, column, message)] = refused(here / "b.yaml")
    assert (code, file, line, column) == ("P101" if "cannot read" in message else "P410", "b.yaml", 1, 7)
    assert phrase in message


def test_a_loop_of_files_and_too_long_a_chain_are_refused(tree):
    folder = tree({f"film/{n}.yaml": f"base: {n + 1}.yaml\n" for n in range(MAX_BASES + 1)})
    (folder / f"film/{MAX_BASES + 1}.yaml").write_text(FILM, encoding="utf-8")

    assert load_project(folder / "film/1.yaml").title == "The Danube Crossing"
    [(code, file, _, _, message)] = refused(folder / "film/0.yaml")
    assert (code, file) == ("P410", f"{MAX_BASES}.yaml")
    assert f"more than {MAX_BASES} files" in message

    (folder / f"film/{MAX_BASES}.yaml").write_text("base: 3.yaml\n", encoding="utf-8")
    assert "based on itself" in refused(folder / "film/3.yaml")[0][-1]


def test_a_base_that_is_no_yaml_is_reported_in_its_own_file(tree):
    folder = tree({"film/film.yaml": "title: [", "film/b.yaml": "base: film.yaml\n"})
    assert [p[:2] for p in refused(folder / "film/b.yaml")] == [("P105", "film.yaml")]
    tree({"film/film.yaml": "- title"})
    assert [p[:2] for p in refused(folder / "film/b.yaml")] == [("P203", "film.yaml")]


def test_text_that_is_no_file_has_no_base():
    with pytest.raises(
        ProjectError, match=r"^p.yaml:1:7: `base`: a project that is not read from a file has no folder to look in"
    ):
        load_project("base: film.yaml\n", filename="p.yaml")
