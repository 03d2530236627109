"""What a connector may import."""

from synchub.errors import (
    AuthError,
    ConfigError,
    ConnectorError,
    NotFoundError,
    Problem,
    ProtocolError,
    QuotaError,
    RateLimitError,
    RecordError,
    RejectedError,
    StaleVersionError,
    SynchubError,
    TransientError,
    UnavailableError,
    UnknownOutcomeError,
    UserError,
)
from synchub.messages import Message, register
from synchub.model.schema import FieldSchema, FieldType, ObjectSchema, RawRecord
from synchub.model.values import ABSENT, Absent, Label, Raw, RawValue, Unreadable
from synchub.sdk.auth import Authorizer, Call, Refreshing, Token
from synchub.sdk.capabilities import Capabilities, ConditionalWrite, CreateIdempotency, TimeGrain
from synchub.sdk.clock import Clock, SystemClock
from synchub.sdk.connector import Connector, Context, Page, PullRequest, RejectedRow
from synchub.sdk.http import Classify, ExpiredError, HttpSession, Patience
from synchub.sdk.outcome import Op, Outcome, OutcomeKind, Write
from synchub.sdk.pacing import TokenBucket
from synchub.sdk.paging import by_key, by_number, by_token
from synchub.sdk.reply import Reply, decode_json, encode_json
from synchub.sdk.sandbox import Sandbox
from synchub.sdk.sandbox_data import Actor, Document, Fault, LogRow
from synchub.sdk.sandbox_wire import Refusal, SandboxReply, SandboxRequest, SandboxRoute

__all__ = [
    "ABSENT",
    "Absent",
    "Actor",
    "AuthError",
    "Authorizer",
    "Call",
    "Capabilities",
    "Classify",
    "Clock",
    "ConditionalWrite",
    "ConfigError",
    "Connector",
    "ConnectorError",
    "Context",
    "CreateIdempotency",
    "Document",
    "ExpiredError",
    "Fault",
    "FieldSchema",
    "FieldType",
    "HttpSession",
    "Label",
    "LogRow",
    "Message",
    "NotFoundError",
    "ObjectSchema",
    "Op",
    "Outcome",
    "OutcomeKind",
    "Page",
    "Patience",
    "Problem",
    "ProtocolError",
    "PullRequest",
    "QuotaError",
    "RateLimitError",
    "Raw",
    "RawRecord",
    "RawValue",
    "RecordError",
    "Refreshing",
    "Refusal",
    "RejectedError",
    "RejectedRow",
    "Reply",
    "Sandbox",
    "SandboxReply",
    "SandboxRequest",
    "SandboxRoute",
    "StaleVersionError",
    "SynchubError",
    "SystemClock",
    "TimeGrain",
    "Token",
    "TokenBucket",
    "TransientError",
    "UnavailableError",
    "UnknownOutcomeError",
    "Unreadable",
    "UserError",
    "Write",
    "by_key",
    "by_number",
    "by_token",
    "decode_json",
    "encode_json",
    "register",
]
