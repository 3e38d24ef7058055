"""What carriers charge."""

import pytest

from parcelbox.carriers import CARRIERS, NightOwlCarrier, quote
from parcelbox.errors import TooHeavyError, UnknownCarrierError
from parcelbox.models import Parcel
from parcelbox.registry import Registered


@pytest.mark.parametrize(
    ("carrier", "expected"),
    [("swift", 845), ("snail", 395), ("night-owl", 995)],
)
def test_each_carrier_has_its_price(parcel, carrier, expected):
    assert quote(parcel, carrier) == expected


def test_a_discount_is_a_fraction(parcel):
    assert quote(parcel, discount=0.5) == 422


def test_an_unknown_carrier_is_refused(parcel):
    with pytest.raises(UnknownCarrierError):
        quote(parcel, "pigeon")


def test_a_heavy_parcel_is_refused():
    with pytest.raises(TooHeavyError):
        quote(Parcel("P-9", 5_001), "snail")


def test_carriers_are_registered():
    assert CARRIERS["night-owl"] is NightOwlCarrier
    assert NightOwlCarrier in Registered.subclasses
