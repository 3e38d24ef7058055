"""Running code that nobody has read: what `curate.tools.sandbox` starts, outside of this process.

`launch` is a program of its own: it takes what it can away from itself, then becomes the supervisor
of the code. It needs the standard library only. Nothing here knows of tools or sources.
"""
