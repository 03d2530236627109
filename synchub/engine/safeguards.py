"""The safeguards of the algorithm, each with a switch: the engine runs with all of them, a test turns one off and must notice.

A test suite that cannot tell a hub with a safeguard from one without it proves nothing about it, and a safeguard that no history can
tell from its absence is not needed. What each one is for, and what its absence costs, is in docs/sync.md.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Safeguards:
    """All on in real life. The text of a switch says what happens while it is on, then what happens without it."""

    # Reading.
    overlap: bool = True
    """Pulls reach back by the late-visibility bound. Cursors belong to connectors, so the fakes of the simulator obey this one."""
    sweep: bool = True
    """A complete listing is read when the last one is too old. Off: never again after the first."""
    own_push_keeps_cursor: bool = True
    """A push leaves the pull cursor where it was. Off: the cursor moves to the moment of the push."""
    cursor_after_pages: bool = True
    """The cursor moves after the last page is durable. Off: it is saved before the pages are applied."""
    commit_per_page: bool = True
    """A page and its token are committed together. Off: the whole listing in one transaction."""
    stale_check: bool = True
    """A row older than what we hold, yet different, is parked and read again. Off: accepted at once."""
    stale_reread: bool = True
    """Parked rows are read again by id, and accepted if they persist. Off: dropped for good."""
    content_decides: bool = True
    """What changed is told by comparing contents. Off: a row with the modification time we hold counts as unchanged."""
    absent_is_not_null: bool = True
    """A field that is absent or unreadable says nothing. Off: it counts as empty."""

    # Merging.
    agreement_pair: bool = True
    """What the system held and what the hub held are kept apart. Off: one canonical base for both."""
    field_merge: bool = True
    """Fields merge one by one. Off: the record as a whole."""
    groups: bool = True
    """Fields of a group merge together. Off: each by itself."""
    give_back: bool = True
    """A value that was refused or lost is written back to its system. Off: it stays there, and nobody notices."""

    # Writing.
    read_before_write: bool = True
    """Targets are read by id, and merged, just before they are written. Off: written as last seen."""
    patch: bool = True
    """Only fields that differ are written. Off: every mapped field."""
    outbox: bool = True
    """An intent is durable before the call and followed up after a crash. Off: no intents."""
    verify_unknown: bool = True
    """A write whose outcome is unknown is followed up by reading. Off: it counts as not done."""
    idempotent_create: bool = True
    """A create carries its key and the golden id. Off: neither."""
    wait_for_index: bool = True
    """A create that a search does not find yet is not repeated within the system's index lag. Off: repeated at once."""
    adopt_stored: bool = True
    """The agreement takes what the system says it stored. Off: what was sent."""
    epoch_check: bool = True
    """Every commit of a run checks that its lease is still its own. Off: a stale worker commits."""
    bisect: bool = True
    """A batch refused whole is halved until the bad records are alone. Off: all of them are set aside."""
    not_retained: bool = True
    """A value that a system does not keep is given up after some tries. Off: pushed for ever."""
    freeze_fights: bool = True
    """A field whose values come back again and again is frozen. Off: written for ever."""
    wait_as_told: bool = True
    """A system that said when to call again is not called before, by no run. Off: the next run calls."""
    mapping_approval: bool = True
    """What follows from an edited mapping waits for a person. Off: it is written at once."""
    restore_epoch: bool = True
    """After a restore from a backup open intents are void and the first run only plans. Off: business as usual."""

    # Vanishing.
    gone_never_recreates: bool = True
    """A record that is not there any more is not created again. Off: it is."""
    empty_source: bool = True
    """A listing without a single record says nothing about anybody. Off: everybody is gone."""
    whole_sweeps_only: bool = True
    """Absence counts in complete listings of an unchanged scope only. Off: in any listing that began at the start."""
    confirm_absence: bool = True
    """Who is missing from a sweep is looked for by id before that counts. Off: the sweep is enough."""
    grace: bool = True
    """A deletion waits for its grace period. Off: followed at once."""
    thresholds: bool = True
    """More deletions than the limits allow wait for a person. Off: followed."""
    exact_approval: bool = True
    """An approval holds for the set it names, each checked again before it is followed. Off: for whatever waits by then."""
    edit_beats_delete: bool = True
    """A record that somebody edited since is not deleted but asked about. Off: deleted."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Every switch."""
        return tuple(one.name for one in fields(cls))


ALL_ON = Safeguards()
