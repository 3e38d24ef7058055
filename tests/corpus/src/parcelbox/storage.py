"""Where parcels are kept."""

import json
import warnings
from pathlib import Path
from typing import Protocol, Self

from parcelbox.errors import ParcelboxError
from parcelbox.models import Parcel

FILE_VERSION = 2


class StorageError(ParcelboxError):
    """A store cannot be read."""


class Store(Protocol):
    """What a tracker needs of a store."""

    def save(self, parcel: Parcel) -> None:
        """Keep a parcel."""

    def load(self, parcel_id: str) -> Parcel | None:
        """The parcel, or None."""

    def all(self) -> list[Parcel]:
        """All parcels."""


class MemoryStore:
    """Forgets everything when the process ends."""

    def __init__(self) -> None:
        """Start empty."""
        self._parcels: dict[str, Parcel] = {}

    def save(self, parcel: Parcel) -> None:
        """Keep a parcel."""
        self._parcels[parcel.parcel_id] = parcel

    def load(self, parcel_id: str) -> Parcel | None:
        """The parcel, or None."""
        return self._parcels.get(parcel_id)

    def all(self) -> list[Parcel]:
        """All parcels, in the order in which they came."""
        return list(self._parcels.values())


class FileStore(MemoryStore):
    """Writes the weights of all parcels to one JSON file."""

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        """Read the file, if there is one."""
        super().__init__()
        self.path = path
        self.is_read_only = is_read_only
        if path.exists():
            self._read()

    def __enter__(self) -> Self:
        """Use the store in a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write the file."""
        if not self.is_read_only:
            self.flush()

    def flush(self) -> None:
        """Write all parcels."""
        # TODO: keep the events too
        weights = {parcel.parcel_id: parcel.weight_grams for parcel in self.all()}
        self.path.write_text(json.dumps({"version": FILE_VERSION, "weights": weights}))

    def dump(self) -> None:
        """Write all parcels. Deprecated: use `flush`."""
        warnings.warn("dump is now flush", DeprecationWarning, stacklevel=2)
        self.flush()

    def _read(self) -> None:
        content = json.loads(self.path.read_text())
        if content.get("version") != FILE_VERSION:
            msg = f"{self.path}: version {content.get('version')}, expected {FILE_VERSION}"
            raise StorageError(msg)
        for parcel_id, weight_grams in content["weights"].items():
            self.save(Parcel(parcel_id, weight_grams))
