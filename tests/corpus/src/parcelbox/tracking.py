"""Follow parcels."""

from __future__ import annotations

import warnings
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from parcelbox.errors import UnknownParcelError
from parcelbox.models import Parcel, Status
from parcelbox.registry import traced
from parcelbox.storage import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parcelbox.models import Event
    from parcelbox.storage import Store


class Tracker:
    """Knows the parcels of one sender."""

    def __init__(self, store: Store | None = None) -> None:
        """Open the store; one in memory unless another is given."""
        self.store = store or MemoryStore()

    @cached_property
    def depots(self) -> list[str]:
        """The places that any parcel has passed, sorted."""
        # TODO: forget the list when a parcel is scanned
        return sorted({event.place for parcel in self for event in parcel.events})

    def __iter__(self) -> Iterator[Parcel]:
        """All parcels, in the order in which they were added."""
        return iter(self.store.all())

    @traced
    def add(self, parcel: Parcel) -> None:
        """Start to follow a parcel."""
        self.store.save(parcel)

    @traced
    def get(self, parcel_id: str, default: Parcel | None = None) -> Parcel:
        """The parcel with this identifier.

        Raises:
            UnknownParcelError: If there is none and no default.
        """
        parcel = self.store.load(parcel_id) or default
        if parcel is None:
            raise UnknownParcelError(parcel_id)
        return parcel

    @traced
    def scan(self, parcel_id: str, event: Event) -> Status:
        """Record an event and return the new status."""
        parcel = self.get(parcel_id)
        parcel.scan(event)
        self.store.save(parcel)
        return parcel.status

    def status(self, parcel_id: str) -> Status:
        """Where a parcel is on its way."""
        return self.get(parcel_id).status

    def lost(self, *, country: str | None = None) -> list[Parcel]:
        """The parcels that were lost, of one country or of all."""
        return [
            parcel
            for parcel in self
            if parcel.status is Status.LOST and country in {None, parcel.country}
        ]


class AuditedTracker(Tracker):
    """Keeps the identifiers of all parcels that anyone asked for."""

    def __init__(self, store: Store | None = None) -> None:
        """Start with an empty list."""
        super().__init__(store)
        self.asked: list[str] = []

    def get(self, parcel_id: str, default: Parcel | None = None) -> Parcel:
        """The parcel, after its identifier was noted."""
        self.asked.append(parcel_id)
        return super().get(parcel_id, default)


@lru_cache(maxsize=256)
def normalize(parcel_id: str) -> str:
    """An identifier without spaces, in upper case."""
    return "".join(parcel_id.split()).upper()


def find_parcel(tracker: Tracker, parcel_id: str) -> Parcel:
    """The parcel with this identifier. Deprecated: use `Tracker.get`."""
    warnings.warn("find_parcel is now Tracker.get", DeprecationWarning, stacklevel=2)
    return tracker.get(normalize(parcel_id))
