"""The views that people with SQL and reporting tools read."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from synchub.model.kinds import Decimal_, Text
from synchub.store import Store
from tests.synchub.store.makes import CUSTOM, Makes, StillClock, custom, model_of


def test_view_shows_every_field_as_a_column(store: Store, make: Makes) -> None:
    with store.begin() as tx:
        tx.insert_golden(
            "Partner",
            [make.golden("p1", name="联宏", level_note="金牌", credit_limit="10.50 CNY", 返点="12.5")],
        )
        row = tx._sql.rows('SELECT name, level_note, credit_limit * 2, "返点" * 2 FROM partner_view')[0]
    assert [row[0], row[1], float(row[2]), float(row[3])] == ["联宏", "金牌", 21.0, 25.0]


def test_view_follows_the_custom_fields(database: str, make: Makes, clock: StillClock) -> None:
    for fields in ([custom("new 'one\"", Text())], [custom("rate", Decimal_()), custom("other", Text())], []):
        entities = {**make.entities, "Partner": model_of("Partner", *fields)}
        with Store.open(database, entities, clock) as store:
            columns = [column["name"] for column in inspect(store._engine).get_columns("partner_view")]
        assert columns[-1 - len(fields) :] == ["parent", *(field.name for field in fields)]


@pytest.mark.postgres
def test_view_that_others_build_on_may_still_grow(postgres_url: str, make: Makes, clock: StillClock) -> None:
    with Store.open(postgres_url, make.entities, clock) as store, store.begin() as tx:
        tx._sql.run("CREATE VIEW of_others AS SELECT name FROM partner_view")
    grown = {**make.entities, "Partner": model_of("Partner", *CUSTOM, custom("more", Text()))}
    with Store.open(postgres_url, grown, clock) as store:
        assert inspect(store._engine).get_columns("partner_view")[-1]["name"] == "more"


@pytest.mark.postgres
def test_view_that_others_build_on_does_not_stop_the_hub(
    postgres_url: str, make: Makes, clock: StillClock
) -> None:
    with Store.open(postgres_url, make.entities, clock) as store, store.begin() as tx:
        tx._sql.run("CREATE VIEW of_others AS SELECT name FROM partner_view")
    fewer = {**make.entities, "Partner": model_of("Partner")}
    with Store.open(postgres_url, fewer, clock) as store:
        columns = [column["name"] for column in inspect(store._engine).get_columns("partner_view")]
        assert columns[-1] == "deputy"
        assert store.outdated_views == ("partner_view",)
