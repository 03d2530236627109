"""Canonical entities, field kinds, observations and the neutral shapes."""
