"""Telling other services."""

import asyncio

import pytest

from parcelbox.errors import DeliveryError
from parcelbox.webhooks import deliver, parse_status, sign


@pytest.fixture
def receiver():
    """A receiver that refuses the first request."""
    answers = iter([503, 200])

    async def send(url, body, headers):
        return next(answers)

    return send


def test_a_refused_event_is_posted_again(receiver):
    assert asyncio.run(deliver(receiver, "https://a.invalid", b"{}")) == 2


def test_a_receiver_that_always_refuses_is_given_up(receiver):
    with pytest.raises(DeliveryError, match="refused 1 times"):
        asyncio.run(deliver(receiver, "https://a.invalid", b"{}", attempts=1))


def test_a_signature_depends_on_the_secret():
    assert sign(b"{}", b"a") != sign(b"{}", b"b")


def test_a_status_is_parsed():
    assert parse_status('{"status": "204"}') == 204
