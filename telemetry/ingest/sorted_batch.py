"""What to keep of a run of messages, and what to refuse. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from telemetry.codecs.uplink import QuarantineReason
from telemetry.readings import Reading


@dataclass(frozen=True, slots=True)
class QuarantinedPart:
    """A message, or a part of one, that goes to quarantine.

    ``station`` is empty unless the station is known; ``boot`` and ``seq`` as far as legible.
    """

    reason: QuarantineReason
    station: str
    topic: str
    payload: bytes
    detail: str = ""
    boot: str = ""
    seq: int | None = None


@dataclass(slots=True)
class BootGroup:
    """What one boot of one station sent in this batch."""

    seqs: list[int] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class SortedBatch:
    """What is to be kept of a run of messages, in the order they came."""

    messages: int = 0
    readings: list[Reading] = field(default_factory=list)
    refusals: list[QuarantinedPart] = field(default_factory=list)
    groups: dict[tuple[str, str], BootGroup] = field(default_factory=dict)
    online: dict[str, bool] = field(default_factory=dict)

    def group(self, station: str, boot: str) -> BootGroup:
        """Return the group of a boot, made when missing."""
        found = self.groups.get((station, boot))
        if found is None:
            found = self.groups[station, boot] = BootGroup()
        return found

    def refuse(self, refusal: QuarantinedPart, *, known: bool = True) -> None:
        """Note a refusal, and reject its ``seq`` in the receipt of a ``known`` station."""
        self.refusals.append(refusal)
        if known and refusal.boot and refusal.seq is not None:
            group = self.group(refusal.station, refusal.boot)
            group.seqs.append(refusal.seq)
            group.rejected.append((refusal.seq, refusal.reason))
