"""Spread over processes or a Dask cluster, the entries are those of one process."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pytest

from crm.rulebook import entries, evaluate, load
from crm.rulebook.engine import shards_of
from crm.rulebook.tables import Tables
from crm.workbook.read import read_workbook

SEASON = Path(__file__).parents[1] / "cases" / "a-season-of-6"
PERIOD = date(2026, 9, 1), date(2026, 10, 31)


@pytest.fixture(scope="module")
def season() -> Tables:
    return read_workbook(SEASON).tables


@pytest.fixture(scope="module")
def alone(season: Tables) -> list[tuple[str, ...]]:
    return entries.rows(evaluate(season, load(), *PERIOD))


@pytest.mark.parametrize("shards", [1, 2, 3, 7, 50])
def test_any_number_of_shards_gives_the_same_entries(
    season: Tables, alone: list[tuple[str, ...]], shards: int
) -> None:
    with ThreadPoolExecutor(2) as pool:
        spread = evaluate(season, load(), *PERIOD, executor=pool, shards=shards)
    assert len(alone) > 500
    assert entries.rows(spread) == alone


@pytest.mark.slow
def test_two_processes_give_the_same_entries(season: Tables, alone: list[tuple[str, ...]]) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert entries.rows(evaluate(season, load(), *PERIOD, executor=pool, shards=2)) == alone


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # distributed's own, of its sockets and loops as they close
def test_a_dask_cluster_of_two_workers_gives_the_same_entries(
    season: Tables, alone: list[tuple[str, ...]]
) -> None:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        spread = evaluate(season, load(), *PERIOD, executor=client.get_executor(), shards=4)
        assert len(client.scheduler_info()["workers"]) == 2
    assert entries.rows(spread) == alone


def test_every_person_and_every_household_is_in_exactly_one_shard(season: Tables) -> None:
    shards = shards_of(season, 3)
    judged = [who for shard in shards if shard.only for who in shard.only]
    consultants = season["staff"]["staff_id"][(season["staff"]["role"] == "consultant").to_numpy(bool)]
    assert sorted(judged) == sorted(consultants.astype(str))
    tracked = [
        customer for shard in shards[-3:] for customer in shard.tables["customers"]["customer_id"].astype(str)
    ]
    assert sorted(tracked) == sorted(season["customers"]["customer_id"].astype(str))
