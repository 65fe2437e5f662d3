"""The commands that need no database: what they print, where, and with which exit status."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crm.cli import main
from crm.rulebook.catalogue import rules
from crm.rulebook.entries import COLUMNS

CASES = Path(__file__).parents[1] / "cases"
CALLER = CASES / "called-not-visited"
PERIOD = ("--from", "2026-11-02", "--to", "2026-11-22")


def crm(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def a_copy(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "workbook"
    shutil.copytree(CALLER, folder)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


# replay


def test_csv_has_the_fixed_header_and_nothing_but_entries_on_standard_output() -> None:
    result = crm("replay", CALLER, *PERIOD, "--format", "csv")
    assert result.exit_code == 0
    header, *entries = cells(result.stdout)
    assert header == COLUMNS == "rule,staff_id,on,amount,absent_days,customer_id,evidence".split(",")
    assert len(entries) == 9
    assert "expected" in result.stderr  # the warning of a file that is no table


def test_json_has_strings_or_null() -> None:
    first = json.loads(crm("replay", CALLER, *PERIOD, "--format", "json").stdout)[0]
    assert list(first) == COLUMNS
    assert (first["amount"], first["absent_days"], first["customer_id"]) == ("-50.00", None, None)


def test_json_of_nothing_is_an_empty_list() -> None:
    result = crm("replay", CALLER, "--from", "2025-01-01", "--to", "2025-01-02", "--format", "json")
    assert json.loads(result.stdout) == []


def test_the_table_shows_totals_before_entries_with_names() -> None:
    shown = crm("replay", CALLER, *PERIOD).stdout
    assert shown.index("合计") < shown.index("明细")
    assert "王芳 A" in shown
    assert "李先生 C" in shown
    assert "-150.00" in shown


def test_the_table_says_so_where_there_is_nothing() -> None:
    result = crm("replay", CALLER, "--from", "2025-01-01", "--to", "2025-01-02")
    assert "没有任何奖励或扣罚" in result.stdout


def test_evidence_is_in_english_on_request() -> None:
    assert (
        "was a workday and has no record of contact" in crm("replay", CALLER, *PERIOD, "--lang", "en").stdout
    )


def test_a_parameter_file_overrides_by_name(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("callin_fine = 20\n", "utf-8")
    entries = cells(crm("replay", CALLER, *PERIOD, "--format", "csv", "--rulebook", file).stdout)
    assert {row[3] for row in entries if row[0] == "callin-missed"} == {"-20.00"}


@pytest.mark.parametrize(
    ("text", "says"),
    [("follow_up_every = 2", "follow_up_every"), ("groups = 0", "groups"), ("groups = ", "TOML")],
)
def test_a_wrong_parameter_file_is_one_sentence_and_status_1(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text, "utf-8")
    result = crm("replay", CALLER, *PERIOD, "--rulebook", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_staff_and_project_narrow_the_entries() -> None:
    season = CASES / "a-season-of-6"
    asked = ("--from", "2026-09-01", "--to", "2026-09-30", "--format", "csv")
    everyone = cells(crm("replay", season, *asked).stdout)[1:]
    of_two = cells(crm("replay", season, *asked, "--staff", "S00", "--staff", "S01").stdout)[1:]
    assert of_two == [row for row in everyone if row[1] in ("S00", "S01")]
    of_project = cells(crm("replay", season, *asked, "--project", "P2").stdout)[1:]
    assert {"S00"} <= {row[1] for row in of_project} < {row[1] for row in everyone}


def test_a_name_that_nobody_has_is_wrong_usage() -> None:
    result = crm("replay", CALLER, *PERIOD, "--staff", "nobody")
    assert result.exit_code == 2
    assert "nobody" in result.stderr


@pytest.mark.parametrize(
    "period",
    [("--from", "2026-11-22", "--to", "2026-11-02"), ("--from", "yesterday", "--to", "2026-11-02"), ()],
)
def test_a_wrong_period_is_wrong_usage(period: tuple[str, ...]) -> None:
    assert crm("replay", CALLER, *period).exit_code == 2


def test_every_fault_is_listed_and_the_status_is_1(tmp_path: Path) -> None:
    bad = "customer_id,from_on,reason,signed_by,signed_on\nC,soon,special,A,2026-11-13\nX,2026-11-14,why,M1,2026-11-13\n"
    result = crm("replay", a_copy(tmp_path, waivers=bad), *PERIOD, "--format", "csv")
    assert (result.exit_code, result.stdout) == (1, "")
    for place in ("from_on", "signed_by", "customer_id", "reason"):
        assert place in result.stderr


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    result = crm("replay", tmp_path / "none.xlsx", *PERIOD)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_year_without_an_official_calendar_is_said_once(tmp_path: Path) -> None:
    asked = ("--from", "2027-01-01", "--to", "2027-01-31", "--format", "csv")
    assert crm("replay", CALLER, *asked).stderr.count("2027") == 1
    settled = a_copy(tmp_path, calendar="date,workday\n2027-01-01,0\n")
    assert "2027" not in crm("replay", settled, *asked).stderr


def test_a_missed_quota_warns_that_no_points_are_set() -> None:
    month = ("--from", "2026-10-01", "--to", "2026-10-31")
    case = CASES / "quota-and-last-place"
    assert "commission_points_cut" in crm("replay", case, *month).stderr


@pytest.mark.slow
def test_jobs_print_the_same_bytes() -> None:
    season = CASES / "a-season-of-3"
    asked = ("--from", "2026-09-01", "--to", "2026-10-31", "--format", "csv")
    assert crm("replay", season, *asked, "--jobs", 2).stdout == crm("replay", season, *asked).stdout


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # distributed's own, of its sockets and loops as they close
def test_a_dask_cluster_prints_the_same_bytes() -> None:
    from distributed import LocalCluster

    season = CASES / "a-season-of-3"
    asked = ("--from", "2026-09-01", "--to", "2026-10-31", "--format", "csv")
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        spread = crm("replay", season, *asked, "--dask", cluster.scheduler_address)
    assert spread.exit_code == 0
    assert spread.stdout == crm("replay", season, *asked).stdout


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_an_unreachable_cluster_is_wrong_usage() -> None:
    result = crm("replay", CALLER, *PERIOD, "--dask", "tcp://127.0.0.1:9")
    assert result.exit_code == 2
    assert "tcp://127.0.0.1:9" in result.stderr


# duties, attribution, rules, template


def test_duties_prints_section_12() -> None:
    printed = cells(crm("duties", CALLER, "--on", "2026-11-22", "--format", "csv").stdout)
    assert printed == cells((CALLER / "duties.csv").read_text("utf-8"))


def test_duties_for_people_name_the_customer_and_what_a_miss_costs() -> None:
    shown = crm("duties", CALLER, "--on", "2026-11-22").stdout
    assert "李先生 C" in shown
    assert "50.00" in shown


def test_a_suggestion_is_the_json_of_section_9() -> None:
    season = CASES / "a-season-of-3"
    expected = json.loads((season / "attribution.json").read_text("utf-8"))[0]
    result = crm("attribution", "suggest", season, expected["deal_id"], "--format", "json")
    assert json.loads(result.stdout) == expected


def test_a_suggestion_for_people_leaves_the_ruling_to_the_manager() -> None:
    shown = crm("attribution", "suggest", CASES / "a-season-of-3", "D00001").stdout
    assert "建议归属" in shown
    assert "由经理裁定" in shown


def test_a_deal_that_is_not_there_is_wrong_usage() -> None:
    result = crm("attribution", "suggest", CALLER, "D9")
    assert result.exit_code == 2
    assert "D9" in result.stderr


def test_rules_shows_each_rule_with_its_clause_parameters_and_source() -> None:
    listed = json.loads(crm("rules", "--format", "json").stdout)
    assert [one["rule"] for one in listed] == [rule.code for rule in rules()]
    drought = next(one for one in listed if one["rule"] == "holding-drought")
    assert drought["parameters"] == "holding_days = 6; holding_fine = 50"
    assert drought["source"] == "连续6个工作日没有落下小订的置业顾问,扣罚50元;"


def test_rules_show_what_an_override_changes_and_from_when(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("followup_every_days = [{from = 2026-10-01, value = 4}]\n", "utf-8")
    assert "3, 4 (2026-10-01 →)" in crm("rules", "--rulebook", file).stdout


def test_template_writes_a_workbook_that_reads_back_empty(tmp_path: Path) -> None:
    file = tmp_path / "my.xlsx"
    assert crm("template", file).exit_code == 0
    again = crm("template", file)
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert crm("template", file, "--force").exit_code == 0
    assert crm("template", tmp_path / "my.csv").exit_code == 2


def test_every_command_explains_itself() -> None:
    assert crm("--help").exit_code == 0
    for command in ("replay", "duties", "rules", "template", "attribution"):
        assert crm(command, "--help").exit_code == 0
