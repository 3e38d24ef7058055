"""Track parcels across carriers."""

from parcelbox.carriers import Carrier, quote
from parcelbox.errors import ParcelboxError, UnknownParcelError
from parcelbox.models import Event, Parcel
from parcelbox.tracking import Tracker

__all__ = [
    "Carrier",
    "Event",
    "Parcel",
    "ParcelboxError",
    "Tracker",
    "UnknownParcelError",
    "quote",
]
__version__ = "0.4.0"
