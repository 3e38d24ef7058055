"""Carriers: what they charge and how they name things."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from parcelbox import models as m
from parcelbox.errors import TooHeavyError, UnknownCarrierError
from parcelbox.registry import Registered, traced

T = TypeVar("T", bound="Carrier")
CARRIERS: dict[str, type["Carrier"]] = {}
BASE_RATE_CENTS = 395


def register_carrier(code: str) -> Callable[[type[T]], type[T]]:
    """Make a carrier known under a code.

    Args:
        code: What users type, for example `swift`.

    Returns:
        A decorator that returns the class it was given.
    """

    def register(carrier: type[T]) -> type[T]:
        carrier.code = code
        CARRIERS[code] = carrier
        return carrier

    return register


class Carrier(ABC):
    """Takes parcels from one place to another."""

    code: str = ""
    limit_grams = m.MAX_WEIGHT_GRAMS

    @abstractmethod
    def price_cents(self, parcel: m.Parcel) -> int:
        """What shipping this parcel costs."""

    def accepts(self, parcel: m.Parcel) -> bool:
        """Whether the parcel is light enough."""
        return parcel.weight_grams <= self.limit_grams


@register_carrier("swift")
class SwiftCarrier(Carrier):
    """Fast and dear."""

    @traced
    def price_cents(self, parcel: m.Parcel) -> int:
        """A base rate and one cent a gram."""
        return BASE_RATE_CENTS + parcel.weight_grams


@register_carrier("snail")
class SnailCarrier(Carrier):
    """Slow and cheap."""

    limit_grams = 5_000

    @traced
    def price_cents(self, parcel: m.Parcel) -> int:
        """The base rate, whatever the weight."""
        return BASE_RATE_CENTS


@register_carrier("night-owl")
class NightOwlCarrier(
    SwiftCarrier,
    Registered,  # so that its depots are listed
    Generic[T],
):
    """Delivers between ten and six."""

    # FIXME: the surcharge is not the same in every country
    surcharge_cents = 150

    @traced
    def price_cents(self, parcel: m.Parcel) -> int:
        """What the swift carrier charges, and a surcharge."""
        return super().price_cents(parcel) + self.surcharge_cents


class HeavyParcel(m.Parcel):
    """A parcel that needs two people."""


def quote(parcel: m.Parcel, carrier: str = "swift", *, discount: float = 0.0) -> int:
    """What a carrier asks for a parcel.

    Args:
        parcel: What is to be shipped.
        carrier: The code of a registered carrier.
        discount: A fraction between 0 and 1.

    Returns:
        The price in whole cents.

    Raises:
        UnknownCarrierError: If no carrier has this code.
        TooHeavyError: If the carrier does not take the parcel.
    """
    if carrier not in CARRIERS:
        raise UnknownCarrierError(carrier)
    chosen = CARRIERS[carrier]()
    if not chosen.accepts(parcel):
        raise TooHeavyError(parcel.parcel_id)
    return round(chosen.price_cents(parcel) * (1 - discount))
