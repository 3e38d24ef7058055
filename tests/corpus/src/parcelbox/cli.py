"""The command line: `parcelbox track`, `parcelbox quote`, `parcelbox ping`."""

import argparse
import sys
from collections.abc import Sequence

from parcelbox.carriers import CARRIERS, quote
from parcelbox.errors import ParcelboxError
from parcelbox.models import Parcel
from parcelbox.tracking import Tracker, normalize

EXIT_OK = 0
EXIT_USAGE = 2


def build_parser() -> argparse.ArgumentParser:
    """The parser with all its commands."""
    parser = argparse.ArgumentParser(prog="parcelbox")
    commands = parser.add_subparsers(dest="command", required=True)
    track = commands.add_parser("track", help="print the status of a parcel")
    track.add_argument("parcel_id")
    price = commands.add_parser("quote", help="print a price in cents")
    price.add_argument("weight_grams", type=int)
    price.add_argument("--carrier", default="swift", choices=sorted(CARRIERS))
    commands.add_parser("ping", help="post an empty event to the webhook")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = build_parser().parse_args(arguments)
    try:
        if options.command == "track":
            print(Tracker().status(normalize(options.parcel_id)).value)
        elif options.command == "quote":
            print(quote(Parcel("quote", options.weight_grams), options.carrier))
        # TODO: ping
    except ParcelboxError as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
