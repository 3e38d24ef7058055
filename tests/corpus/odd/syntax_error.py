"""Ends in the middle of a header."""


def broken(parcel:
    return parcel
