"""synchub: one golden record per partner, and every connected system in agreement with it."""

__version__ = "0.1.0"
