"""Reading Tryton's answers: the result, or which of our errors a complaint is.

A complaint comes with HTTP 200 as ``{"error": [type, arguments]}``; only the web server's own refusals carry a status.
"""

from __future__ import annotations

from synchub.sdk import (
    AuthError,
    ConnectorError,
    ExpiredError,
    ProtocolError,
    Raw,
    RejectedError,
    Reply,
    StaleVersionError,
    UnavailableError,
    UnknownOutcomeError,
)

HEAD = 120
"""The word ``error`` stands at the beginning of an answer, or it is data."""


class SetupError(ProtocolError):
    """A model or field that is not there, or not for us."""


class RolledBackError(UnknownOutcomeError):
    """The server's database failed it, after the server's own repeats: whatever was sent is not done.

    Most of all SQLite, which is busy, or takes no statement for that many records at once.
    """


def result(reply: Reply) -> Raw:
    fields = reply.fields()
    if "result" not in fields:
        raise reply.misread()
    return fields["result"]  # type: ignore[return-value]  # decoded JSON is Raw


def classify(reply: Reply) -> ConnectorError | None:
    """What an answer says; None leaves it to the HTTP status."""
    if reply.status == 200:
        return _of_complaint(reply) if b'"error"' in reply.body[:HEAD] else None
    return _of_status(reply)


def of_login(reply: Reply) -> ConnectorError | None:
    """The same for a login, where a refusal is final."""
    if reply.status == 401:
        return AuthError("C105", detail="login, password")
    if reply.status == 429:
        # The server counts failed attempts; more of them would only lock the user out for longer.
        return AuthError("TR105")
    if reply.status == 404:
        return AuthError("TR106")
    found = classify(reply)
    return AuthError("C105", detail=str(found)) if isinstance(found, RejectedError) else found


def _of_status(reply: Reply) -> ConnectorError | None:
    detail = f"HTTP {reply.status} {' '.join(reply.text[:120].split())}"
    if reply.status == 401:
        return ExpiredError("C105", detail="session")
    if reply.status == 403:
        return SetupError("TR101", detail=detail)
    if reply.status in {404, 405, 422}:
        return ProtocolError("C108", detail=detail)
    if reply.status == 413:
        return RejectedError("TR107")
    if reply.status == 503:
        return RolledBackError("C109", status=503)
    if reply.status == 504:
        # The server gave up on a statement and rolled it back: nothing was done.
        return UnavailableError("C109", status=504)
    return None


def _of_complaint(reply: Reply) -> ConnectorError | None:
    error = reply.fields().get("error")
    if not isinstance(error, list) or not error:
        return None
    kind, args = str(error[0]), error[1] if len(error) > 1 else ""
    if kind == "UserError":
        return RejectedError("TR102", detail=_words(args))
    if kind == "UserWarning":
        return RejectedError("TR103", detail=_words(args[1:] if isinstance(args, list) else args))
    if kind == "ConcurrencyException":
        return StaleVersionError("C112")
    if kind == "LoginException":
        return AuthError("TR108")
    # A bare exception of the server's: most often the name of a model or field that it looked up in vain.
    return SetupError("TR101", detail=f"{kind} {_words(args)}".strip())


def _words(args: object) -> str:
    """Sentence and explanation; a third part is the domain that was broken, in the server's own notation."""
    parts = args[:2] if isinstance(args, list) else [args]
    return " · ".join(" ".join(str(one).split()) for one in parts if one)
