"""A stream of text that keeps its deadline, whatever the model behind it does."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from policy_qa.errors import PolicyQAError, ServiceError

STALL_SECONDS: Final = 15.0
"""Longest silence in the middle of a text."""

_END: Final = object()


def bounded(
    start: Callable[[], Iterator[str]], seconds: float, characters: int, stall: float = STALL_SECONDS
) -> Iterator[str]:
    """Reads a stream in a thread of its own and gives up when the time is over.

    A model that hangs keeps its thread until it lets go of it; nobody waits for it. Before its
    first piece it may take all the time: a slow machine needs it to read the prompt.

    Args:
        start: Begins the stream.
        seconds: Time for all of it.
        characters: Longest text; a model that goes on is cut off there, which is no error.
        stall: Seconds between two pieces at most.

    Raises:
        ServiceError: The stream failed or the time is over.
    """
    until = time.monotonic() + seconds
    pieces: queue.Queue[object] = queue.Queue()
    stop = threading.Event()

    def read() -> None:
        try:
            for piece in start():
                if stop.is_set():
                    break
                pieces.put(piece)
            pieces.put(_END)
        except Exception as error:  # whatever it is, the reader gets an answer
            pieces.put(error)

    threading.Thread(target=read, name="drafting", daemon=True).start()
    length = 0
    try:
        while length < characters:
            left = max(0.0, until - time.monotonic())
            try:
                piece = pieces.get(timeout=min(left, stall) if length else left)
            except queue.Empty:
                said = (
                    f"fell silent for {stall:.0f} s"
                    if left > stall
                    else f"did not finish within {seconds:.0f} s"
                )
                raise ServiceError(f"the language model {said}") from None
            if piece is _END:
                return
            if isinstance(piece, PolicyQAError):
                raise piece
            if isinstance(piece, Exception):
                raise ServiceError(f"the language model failed: {type(piece).__name__}") from piece
            length += len(str(piece))
            yield str(piece)
    finally:
        stop.set()
