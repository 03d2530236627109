"""Wires configuration, connectors, store and engine; what the CLI and the flows call."""

from synchub.engine.report import RunReport
from synchub.engine.steps import Step
from synchub.engine.sync import Plan
from synchub.hub.hub import Hub
from synchub.hub.secrets import SECRETS
from synchub.hub.status import Waiting
from synchub.messages import choose_language

register_secrets = SECRETS.register

__all__ = ["Hub", "Plan", "RunReport", "Step", "Waiting", "choose_language", "register_secrets"]
