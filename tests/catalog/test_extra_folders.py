"""Folders that a user adds: his own prices over ours, and every mistake in them by file and line."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coprod_budget.catalog import open_catalog
from coprod_budget.errors import ExitCode, MissingDataError, ProjectError

HEADER = "item,mid,currency,basis,source_title\n"


def problems_of(call) -> list:
    with pytest.raises(ProjectError) as caught:
        call()
    assert caught.value.exit_code is ExitCode.INVALID_PROJECT
    return caught.value.problems


def test_a_row_of_an_extra_folder_overrides_ours_and_says_where_it_is(write):
    folder = write("cost_tables/moscow.csv", HEADER + "gaffer,31000,RUB,quoted,Offer of a gaffer\n")
    catalog = open_catalog([folder])
    price = catalog.price("moscow", "gaffer")
    assert (price.mid, price.low, price.basis, price.source.title) == (31000, None, "quoted", "Offer of a gaffer")
    assert (price.file, price.line) == (str(folder / "cost_tables/moscow.csv"), 2)
    assert catalog.price("moscow", "key_grip").file == "data/cost_tables/moscow.csv"


def test_a_file_may_lie_directly_in_the_folder(write):
    folder = write("belgrade.csv", HEADER + "dcp_master,900,EUR,quoted,Offer of a lab\n")
    assert open_catalog([folder]).price("belgrade", "dcp_master").mid == 900


def test_the_last_of_several_folders_wins(tmp_path):
    for name, rate in (("one", 1), ("two", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "moscow.csv").write_text(HEADER + f"gaffer,{rate},RUB,assumed,test\n", encoding="utf-8")
    assert open_catalog([tmp_path / "one", tmp_path / "two"]).price("moscow", "gaffer").mid == 2


def test_a_folder_may_add_a_city_with_its_own_prices(write):
    write("cities.csv", "id,label,country,currency,lat,lon\nnis,Niš,RS,RSD,43.32,21.90\n")
    folder = write("nis.csv", HEADER + "gaffer,9000,RSD,quoted,Offer\n")
    catalog = open_catalog([folder])
    assert catalog.cities["nis"].label == "Niš"
    assert catalog.price("nis", "gaffer").mid == 9000
    assert catalog.nearest("nis")[0] == "sofia"
    assert "nis" in catalog.cities_with("gaffer")
    assert catalog.check() == []


def test_a_folder_may_add_an_item_and_a_ratio(write):
    write("items.csv", "id,label,department,unit,labour\ntram_day,Historic tram,picture_vehicles,day,false\n")
    write("moscow.csv", HEADER + "tram_day,50000,RUB,assumed,our guess\n")
    folder = write(
        "ratios.csv",
        "from_city,to_city,scope,low,mid,high,source_title,source_url,as_of,derivation\n"
        "moscow,belgrade,picture_vehicles,0.4,0.5,0.6,Two offers,,2026,offer there / offer here\n",
    )
    price = open_catalog([folder]).price("belgrade", "tram_day", derive=True)
    assert (price.low, price.mid, price.high) == (20000, 25000, 30000)
    assert price.basis == "assumed"  # a guess times a ratio is still a guess


def test_a_folder_may_bring_newer_exchange_rates(write):
    folder = write("fx/per_eur_monthly.csv", "currency,month,per_eur,source\nRUB,2027-05,101.5,our bank\n")
    rate = open_catalog([folder]).fx("RUB", date(2027, 5, 20))
    assert (rate.per_eur, rate.source.title, rate.stale_months) == (101.5, "our bank", 0)


def test_a_template_of_an_extra_folder_comes_before_ours(write):
    folder = write("templates/mine.yaml", "id: mine\n")
    assert open_catalog([folder]).template_path("mine") == folder / "templates/mine.yaml"


def test_every_mistake_of_a_table_is_reported_at_once_by_line(write):
    folder = write(
        "moscow.csv",
        "item,unit,low,mid,high,currency,as_of,basis,source_title\n"
        "gafer,shift,,1,,RUB,,quoted,x\n"
        "gaffer,hour,,1,,RUB,,quoted,x\n"
        "key_grip,shift,9,5,7,RUB,,quoted,x\n"
        'dit,shift,,"1,000",,RUB,,quoted,x\n'
        "editor,shift,,1,,roubles,2026-02-30,guessed,\n"
        "boom_operator,shift,,1,,RUB,,derived,x\n"
        "colourist,shift,,1,,RUB,,quoted,x\n"
        "colourist,shift,,2,,RUB,,quoted,x\n"
        "vfx_editor,shift,,-1,,RUB,May 2026,quoted,x\n",
    )
    found = problems_of(lambda: open_catalog([folder]).price("moscow", "gaffer"))
    text = "\n".join(str(p) for p in found)
    for part in (
        ":2: unknown item 'gafer'; did you mean gaffer",
        ":3: gaffer is priced by shift, not by hour",
        ":4: key_grip: low, mid and high are not in order",
        ":5: mid '1,000' is not a plain number",
        ":6: currency 'roubles'",
        ":6: as_of 2026-02-30 is not a day of the calendar",
        ":6: unknown basis 'guessed'",
        ":6: source_title is empty",
        ":7: boom_operator is derived, but its derivation is empty",
        ":9: colourist is there twice",
        ":10: mid -1 is out of range",
        ":10: as_of 'May 2026'",
    ):
        assert part in text, text
    assert {p.file for p in found} == {str(folder / "moscow.csv")}


def test_columns_are_checked_before_rows(write):
    folder = write("moscow.csv", "item,price,currency,basis,source_title\ngaffer,1,RUB,quoted,x\n")
    assert [
        "mid is missing" in str(p) or "'price'" in str(p)
        for p in problems_of(lambda: open_catalog([folder]).prices("moscow"))
    ] == [True, True]


def test_a_row_with_a_comma_too_many_is_a_mistake_not_a_shifted_price(write):
    folder = write("moscow.csv", HEADER + "gaffer,31,000,RUB,quoted,Offer\n")
    assert "not as many cells" in str(problems_of(lambda: open_catalog([folder]).price("moscow", "gaffer"))[0])


def test_check_collects_the_mistakes_of_all_files_and_warns_of_files_without_a_place(write):
    write("moscow.csv", HEADER + "gafer,1,RUB,quoted,x\n")
    write("belgrade.csv", HEADER + "gaffer,many,EUR,quoted,x\n")
    folder = write("mosow.csv", HEADER)
    found = open_catalog([folder]).check()
    assert sorted((Path(p.file).name, p.severity) for p in found) == [
        ("belgrade.csv", "error"),
        ("moscow.csv", "error"),
        ("mosow.csv", "warning"),
    ]
    assert "did you mean moscow?" in str(next(p for p in found if p.severity == "warning"))


def test_an_item_cannot_be_moved_to_another_unit(write):
    folder = write("items.csv", "id,label,department,unit,labour\ngaffer,Gaffer,electric,month,true\n")
    assert "priced by shift" in str(problems_of(lambda: open_catalog([folder]).items)[0])


def test_charges_of_a_country_can_be_replaced_and_are_checked(write):
    text = (
        'schema: employer_charges/1\nlast_checked: "2026-11-01"\ncountries:\n  ME:\n    label: Montenegro\n    currency: EUR\n'
        "    periods:\n      - start: 2025-01-01\n        end: null\n        components:\n"
        "          - {id: all, label: All, rate: 0.1, ceiling: null, rate_above: 0.1, source: ours, confidence: low}\n"
        "sources:\n  ours: {title: Our accountant, url: https://example.org, as_of: 2026}\n"
    )
    folder = write("taxes/employer_charges.yaml", text)
    catalog = open_catalog([folder])
    assert catalog.employer_charges("ME", 2026).components[0].rate == 0.1
    assert catalog.employer_charges("RU", 2026) is not None
    write(
        "taxes/employer_charges.yaml", text.replace("rate: 0.1,", "rate: 10,").replace("source: ours", "source: theirs")
    )
    found = problems_of(lambda: open_catalog([folder]).employer_charges("ME", 2026))
    assert [p.line for p in found] == [11, 11]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    assert "no such data folder" in str(problems_of(lambda: open_catalog([tmp_path / "nowhere"]))[0])


def test_a_file_that_is_too_large_or_not_text_is_refused(tmp_path):
    path = tmp_path / "moscow.csv"
    path.write_bytes(HEADER.encode() + b"x" * 5_000_001)
    assert "too large" in str(problems_of(lambda: open_catalog([tmp_path]).prices("moscow"))[0])
    path.write_bytes(b"PK\x03\x04\0\0")
    assert "not text" in str(problems_of(lambda: open_catalog([tmp_path]).prices("moscow"))[0])
    path.write_bytes(HEADER.encode() + "gaffer,1,RUB,quoted,Цена\n".encode("cp1251"))
    assert "UTF-8" in str(problems_of(lambda: open_catalog([tmp_path]).prices("moscow"))[0])


def test_a_spreadsheet_that_writes_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "moscow.csv").write_bytes(b"\xef\xbb\xbf" + HEADER.encode() + b"gaffer,1,RUB,quoted,x\r\n")
    assert open_catalog([tmp_path]).price("moscow", "gaffer").mid == 1


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text(HEADER + "gaffer,7,RUB,quoted,x\n", encoding="utf-8")
    folder = tmp_path / "gift"
    folder.mkdir()
    (folder / "moscow.csv").symlink_to(secret)
    assert open_catalog([folder]).price("moscow", "gaffer").mid != 7


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda t: (HEADER + t).encode("utf-8", "replace"))))
def test_whatever_a_strange_file_holds_it_loads_or_its_problems_are_said(tmp_path, raw):
    (tmp_path / "moscow.csv").write_bytes(raw)
    catalog = open_catalog([tmp_path])
    try:
        prices = catalog.prices("moscow")
    except (ProjectError, MissingDataError) as error:
        assert all(p.file.endswith("moscow.csv") for p in error.problems)  # noqa: PT017 - either outcome is right
    else:
        assert set(prices) <= set(catalog.items)


COMPONENT = (
    "{id: all, label: All, rate: 0.1, ceiling: 5, ceiling_period: year, rate_above: 0, source: ours, confidence: low}"
)
CHARGES = f"""schema: employer_charges/1
last_checked: 2026-11-01
countries:
  ME:
    label: Montenegro
    currency: EUR
    periods:
      - start: 2025-01-01
        end: null
        components:
          - {COMPONENT}
sources:
  ours: {{title: Our accountant, url: "https://example.org", as_of: 2026}}
"""


@pytest.mark.parametrize(
    ("sound", "broken", "message", "line"),
    [
        ("last_checked: 2026-11-01", "last_checked: soon", "last_checked is 'soon'", 2),
        ("rate: 0.1", "rate: 10%", "rate is '10%'", 11),
        ("ceiling_period: year", "ceiling_period: decade", "ceiling_period does not fit the ceiling", 11),
        ("confidence: low", "confidence: total", "confidence is 'total'", 11),
        ("source: ours", "source: [ours]", "source is missing or not text", 11),
        ("label: All, ", "", "label is missing", 11),
        (f"          - {COMPONENT}", "          - 5", "is not a mapping", 11),
        (f"\n          - {COMPONENT}", " []", "components is not a list with entries", 10),
        ("currency: EUR", "currency: null", "currency is missing", 6),
    ],
)
def test_every_mistake_in_employer_charges_has_its_line(write, sound, broken, message, line):
    assert open_catalog([write("taxes/employer_charges.yaml", CHARGES)]).employer_charges("ME", 2026) is not None
    assert sound in CHARGES
    folder = write("taxes/employer_charges.yaml", CHARGES.replace(sound, broken))
    found = problems_of(lambda: open_catalog([folder]).employer_charges("ME", 2026))
    assert any(message in p.message and p.line == line for p in found), [str(p) for p in found]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("RS,exhibitor_share,0.6,0.5,0.4,of_net_gross,quoted,high,ours", "not in order"),
        ("RS,exhibitor_share,0.4,0.5,0.6,of_net_gross,quoted,unsourced,ours", "cannot be quoted"),
        ("Serbia,exhibitor_share,0.4,0.5,0.6,of_net_gross,quoted,high,ours", "territory 'Serbia'"),
        ("RS,exhibitor_share,0.4,,0.6,of_net_gross,quoted,high,ours", "mid is empty"),
    ],
)
def test_a_wrong_term_is_not_taken(write, row, message):
    folder = write("terms.csv", "territory,key,low,mid,high,unit,basis,confidence,source_title\n" + row + "\n")
    assert message in str(problems_of(lambda: open_catalog([folder]).term("RS", "exhibitor_share"))[0])


def test_a_term_of_a_contract_overrides_the_rule_of_thumb(write):
    row = "RS,exhibitor_share,0.48,0.48,0.48,of_net_gross,quoted,high,Contract\n"
    folder = write("terms.csv", "territory,key,low,mid,high,unit,basis,confidence,source_title\n" + row)
    assert open_catalog([folder]).term("RS", "exhibitor_share").value == 0.48
    assert open_catalog([folder]).term("RS", "ticket_vat").value == 0.10


def test_a_ratio_of_nothing_is_refused(write):
    folder = write(
        "ratios.csv",
        "from_city,to_city,scope,low,mid,high,source_title,source_url,as_of,derivation\nmoscow,belgrade,*,0,0,0,x,,2026,x\n",
    )
    assert "not in order" in str(problems_of(lambda: open_catalog([folder]).price("belgrade", "hazer", derive=True))[0])


def test_a_file_nobody_may_read_is_a_problem_not_a_crash(tmp_path, monkeypatch):
    path = tmp_path / "moscow.csv"
    path.write_text(HEADER, encoding="utf-8")
    opened = Path.open

    def refuse(self, *args, **kwargs):
        if self == path:
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    assert "Permission denied" in str(problems_of(lambda: open_catalog([tmp_path]).prices("moscow"))[0])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(CHARGES.splitlines()), st.text(max_size=40))
def test_whatever_a_strange_yaml_holds_it_loads_or_its_problems_are_said(tmp_path, line, text):
    (tmp_path / "employer_charges.yaml").write_text(CHARGES.replace(line, text), encoding="utf-8", errors="replace")
    try:
        open_catalog([tmp_path]).employer_charges("ME", 2026)
    except ProjectError as error:
        assert error.problems  # noqa: PT017 - either outcome is right
