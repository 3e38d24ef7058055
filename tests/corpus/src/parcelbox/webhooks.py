"""Tell other services what happened."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable

from parcelbox.errors import DeliveryError
from parcelbox.models import Event, Parcel
from parcelbox.registry import retried

MAX_ATTEMPTS = 4
SIGNATURE_HEADER = "X-Parcelbox-Signature"
Send = Callable[[str, bytes, dict[str, str]], Awaitable[int]]


def sign(body: bytes, secret: bytes) -> str:
    """The HMAC of a request's body, in hexadecimal."""
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


def payload(parcel: Parcel, event: Event) -> bytes:
    """The body of a request."""
    fields = {"parcel": parcel.parcel_id, "status": event.status.value, "place": event.place}
    return json.dumps(fields, sort_keys=True).encode()


async def deliver(
    send: Send,
    url: str,
    body: bytes,
    *,
    secret: bytes = b"",
    attempts: int = MAX_ATTEMPTS,
    pause_seconds: float = 0.0,
) -> int:
    """Post a body until the receiver takes it.

    Args:
        send: Posts one request and returns the HTTP status.
        url: Where to.
        body: What.
        secret: The key of the signature.
        attempts: How often to try.
        pause_seconds: How long to wait at first; doubles each time.

    Returns:
        The number of attempts it took.

    Raises:
        DeliveryError: If the receiver refused every attempt.
    """
    for attempt in range(1, attempts + 1):
        status = await send(url, body, {SIGNATURE_HEADER: sign(body, secret)})
        if status < 400:
            return attempt
        await asyncio.sleep(pause_seconds * 2 ** (attempt - 1))
    msg = f"{url} refused {attempts} times"
    raise DeliveryError(msg)


async def deliver_all(send: Send, url: str, parcel: Parcel) -> list[int]:
    """Post every event of a parcel, one after the other."""
    return [await deliver(send, url, body) async for body in bodies(parcel)]


async def bodies(parcel: Parcel) -> AsyncIterator[bytes]:
    """The bodies of a parcel's events."""
    for event in parcel.events:
        yield payload(parcel, event)
        await asyncio.sleep(0)


@retried(2, ValueError, KeyError)
def parse_status(answer: str) -> int:
    """The HTTP status in a receiver's answer."""
    return int(json.loads(answer)["status"])
