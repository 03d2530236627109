"""The simulator: the real engine and the real store among systems, networks and people that misbehave, all from one seed."""
