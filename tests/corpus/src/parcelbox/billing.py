"""Invoices. The type checker has something to say about this module."""

from parcelbox.carriers import quote
from parcelbox.models import Manifest, Parcel


def total_cents(manifest: Manifest) -> int:
    """What all parcels of a lorry cost."""
    return "".join(quote(parcel) for parcel in manifest.parcels)


def invoice_line(parcel: Parcel, vat: float) -> str:
    """One line of an invoice."""
    price = quote(parcel, carrier=5)
    return parcel.parcel_id + price


def heaviest(parcels: list[Parcel]) -> Parcel:
    """The parcel that weighs most."""
    ordered = sorted(parcels, key=lambda parcel: parcel.weight)
    return ordered[-1].name


def reminder(parcel: Parcel) -> str:
    """A friendly letter."""
    return invoice_line(parcel)
