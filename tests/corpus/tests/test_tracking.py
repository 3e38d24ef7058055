"""Following parcels."""

import pytest

from parcelbox.errors import UnknownParcelError
from parcelbox.models import Manifest, Parcel, Status
from parcelbox.storage import FileStore
from parcelbox.tracking import AuditedTracker, Tracker, find_parcel, normalize


def test_a_new_parcel_is_announced(tracker):
    assert tracker.status("P-1001") is Status.ANNOUNCED


def test_an_event_changes_the_status(tracker, last_event):
    assert tracker.scan("P-1001", last_event) is last_event.status
    assert tracker.depots == ["Utrecht"]


def test_nothing_happens_after_the_last_event(parcel, last_event):
    parcel.scan(last_event)
    with pytest.raises(ValueError, match="already"):
        parcel.scan(last_event)


def test_an_unknown_parcel_is_named(tracker):
    with pytest.raises(UnknownParcelError, match="P-2"):
        tracker.get("P-2")


@pytest.mark.parametrize("text", ["p-1001", " P-10 01 "], ids=["lower case", "spaces"])
def test_an_identifier_is_normalized(text):
    assert normalize(text) == "P-1001"


def test_the_old_name_still_works(tracker, parcel):
    with pytest.warns(DeprecationWarning, match=r"Tracker\.get"):
        assert find_parcel(tracker, "p-1001") is parcel


def test_an_audited_tracker_notes_what_was_asked(parcel):
    tracker = AuditedTracker()
    tracker.add(parcel)
    tracker.get("P-1001")
    assert tracker.asked == ["P-1001"]


def test_a_file_store_keeps_weights(tmp_path):
    with FileStore(tmp_path / "parcels.json") as store:
        Tracker(store).add(Parcel("P-7", 70))
    assert FileStore(tmp_path / "parcels.json").load("P-7") == Parcel("P-7", 70)


def test_a_manifest_adds_up():
    manifest = Manifest(Parcel("a", 1), Parcel("b", 2, "BE"))
    assert (manifest.weight_grams, manifest.countries) == (3, {"NL", "BE"})
