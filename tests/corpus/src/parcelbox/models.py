"""What parcelbox keeps: parcels and what happened to them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property

MAX_WEIGHT_GRAMS = 30_000
"""No carrier takes more."""
DEFAULT_COUNTRY = "NL"
GRAMS_PER_OUNCE = 28.35


class Status(Enum):
    """Where a parcel is on its way."""

    ANNOUNCED = "announced"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    LOST = "lost"

    @property
    def is_final(self) -> bool:
        """Whether no further event is expected."""
        return self in {Status.DELIVERED, Status.LOST}


@dataclass(frozen=True)
class Event:
    """One thing that happened to a parcel.

    Attributes:
        status: The status it brought about.
        place: The name of the depot.
        at: When it was scanned.
    """

    status: Status
    place: str
    at: datetime


@dataclass
class Parcel:
    """What is shipped.

    Args:
        parcel_id: The identifier on the label.
        weight_grams: What it weighs, packaging included.
        country: Two-letter code of the destination.
    """

    parcel_id: str
    weight_grams: int
    country: str = DEFAULT_COUNTRY
    events: list[Event] = field(default_factory=list)

    @property
    def status(self) -> Status:
        """The status that the last event brought about."""
        return self.events[-1].status if self.events else Status.ANNOUNCED

    @property
    def is_heavy(self) -> bool:
        """Whether two people have to carry it."""
        return self.weight_grams > MAX_WEIGHT_GRAMS // 2

    def scan(self, event: Event, /, *, overwrite: bool = False) -> None:
        """Record an event.

        Args:
            event: What happened.
            overwrite: Replace the last event instead of adding one.

        Raises:
            ValueError: If the parcel already reached its final status.
        """
        if self.status.is_final and not overwrite:
            msg = f"{self.parcel_id} is already {self.status.value}"
            raise ValueError(msg)
        if overwrite and self.events:
            self.events.pop()
        self.events.append(event)


class Manifest:
    """The parcels of one lorry."""

    def __init__(self, *parcels: Parcel) -> None:
        """Load the lorry."""
        self.parcels = parcels

    @cached_property
    def weight_grams(self) -> int:
        """What all parcels weigh together."""
        return sum(parcel.weight_grams for parcel in self.parcels)

    @cached_property
    def countries(self) -> frozenset[str]:
        """Where the lorry has to go."""
        return frozenset(parcel.country for parcel in self.parcels)
