"""The errors that parcelbox raises."""


class ParcelboxError(Exception):
    """Base of all errors of this package."""


class UnknownParcelError(ParcelboxError):
    """No parcel has this identifier."""

    def __init__(self, parcel_id: str) -> None:
        """Keep the identifier for the caller."""
        super().__init__(f"unknown parcel: {parcel_id}")
        self.parcel_id = parcel_id


class UnknownCarrierError(ParcelboxError):
    """No carrier is registered under this code."""


class TooHeavyError(ParcelboxError):
    """The parcel weighs more than the carrier takes."""


class DeliveryError(ParcelboxError):
    """A webhook did not reach its receiver."""
