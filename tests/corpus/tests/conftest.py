"""Fixtures that several tests share."""

from datetime import UTC, datetime

import pytest

from parcelbox.models import Event, Parcel, Status
from parcelbox.tracking import Tracker


@pytest.fixture
def parcel() -> Parcel:
    """A light parcel."""
    return Parcel("P-1001", weight_grams=450)


@pytest.fixture(params=[Status.DELIVERED, Status.LOST], ids=["delivered", "lost"])
def last_event(request: pytest.FixtureRequest) -> Event:
    """An event after which nothing happens."""
    return Event(request.param, "Utrecht", datetime(2026, 1, 2, tzinfo=UTC))


@pytest.fixture
def tracker(parcel: Parcel) -> Tracker:
    """A tracker that knows one parcel."""
    tracker = Tracker()
    tracker.add(parcel)
    return tracker
