"""An org in a box with a connector on it, and ways for other clients to reach it under its https name."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce as SimpleSalesforce

from synchub.sdk import Context, Op, Outcome, Page, PullRequest, Raw, RawRecord, SystemClock, Write
from synchub_salesforce import Salesforce, SalesforceSandbox, SalesforceSettings


class TurnedClock:
    """Starts at the machine's time (other clients' JWTs depend on it); sleeping moves it."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


@dataclass
class Org:
    """A sandbox that runs, and the connector's folder."""

    folder: Path
    clock: TurnedClock
    sandbox: SalesforceSandbox
    connectors: list[Salesforce] = field(default_factory=list)

    def connector(self, **settings: Any) -> Salesforce:
        """A connector on this org, as a new process would make it."""
        pointed = Salesforce.sandbox_settings(self.sandbox, SalesforceSettings())
        changed = pointed.model_dump(exclude_none=True) | settings
        one = Salesforce(SalesforceSettings.model_validate(changed), self.context())
        self.connectors.append(one)
        return one

    def context(self) -> Context:
        state = self.folder / "state"
        return Context("crm", self.folder, state, ZoneInfo("Asia/Shanghai"), self.clock, random.Random(5))

    def account(self, **values: Raw) -> str:
        return self.sandbox.seed("Account", [{"Name": "A", **values}])[0]

    def simple(self, **login: Any) -> Any:
        """Unmodified simple-salesforce, which speaks https only. Its types do not know its own dynamic attributes."""
        given = login or {
            "domain": "acme.my",
            "consumer_key": self.sandbox.consumer_key,
            "consumer_secret": self.sandbox.consumer_secret,
        }
        return SimpleSalesforce(session=led_session(self.sandbox.address), version="62.0", **given)

    def close(self) -> None:
        for one in self.connectors:
            one.close()
        self.sandbox.close()


class _Lead(HTTPAdapter):
    """Leads https://…salesforce.com to loopback."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        host = urlsplit(str(request.url)).netloc
        request.url = str(request.url).replace(f"https://{host}", self.address)
        request.headers["Host"] = host
        return super().send(request, *args, **options)


def led_session(address: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", _Lead(address))
    return session


class LeadTransport(httpx.AsyncHTTPTransport):
    """The same for httpx."""

    def __init__(self, address: str) -> None:
        super().__init__(trust_env=False)
        self.address = httpx.URL(address)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(
            scheme=self.address.scheme, host=self.address.host, port=self.address.port
        )
        return await super().handle_async_request(request)


COLUMNS = ("Name", "Phone", "Region__c", "Credit_Limit__c", "Owner.Name", "SynchubId__c")


def asked(object: str = "Account", columns: Sequence[str] = COLUMNS, **more: Any) -> PullRequest:
    return PullRequest(object, tuple(columns), **more)


def pulled(connector: Salesforce, **more: Any) -> tuple[list[RawRecord], Page]:
    """All records of a pull, and its last page."""
    pages = list(connector.pull(asked(**more)))
    return [record for page in pages for record in page.records], pages[-1]


def create(hub_id: str, **values: Raw) -> Write:
    return Write(f"key-{hub_id}", Op.CREATE, values, hub_column="SynchubId__c", hub_id=hub_id)


def update(id: str, **values: Raw) -> Write:
    return Write(f"key-{id}", Op.UPDATE, values, id=id)


def push(connector: Salesforce, *writes: Write, object: str = "Account") -> list[Outcome]:
    return connector.push(asked(object), writes)


def push_in_a_process(folder: Path, file: Path, hub_id: str, id: str) -> None:
    """What a worker does until somebody kills it; the sandbox is its own, on the common file."""
    sandbox = SalesforceSandbox(file).start()
    context = Context(
        "crm", folder, folder / "state", ZoneInfo("Asia/Shanghai"), SystemClock(), random.Random(5)
    )
    connector = Salesforce(Salesforce.sandbox_settings(sandbox, SalesforceSettings()), context)
    writes = [create(hub_id, Name="Killed")] if hub_id else [update(id, Phone="010")]
    connector.push(asked(), writes)


def raw(mapping: Mapping[str, Raw], *names: str) -> list[Raw]:
    return [mapping[name] for name in names]
