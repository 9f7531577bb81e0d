"""Streamlit's own websocket protocol, spoken from here: what a rerun costs the server, without a browser."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import TracebackType

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


@dataclass
class Answer:
    seconds: float  # from the request to the end of the script
    messages: int
    size: int  # bytes
    errors: tuple[str, ...]  # what the page says in red


class Tab:
    """One open page: `with Tab(address, "dosing", "patient=001-0001", cookie) as tab: tab.rerun()`."""

    def __init__(self, address: str, page: str = "", query: str = "", cookie: str = "") -> None:
        self._query, self._page, self._hash = query, page, ""
        headers = {"Cookie": cookie} if cookie else {}
        stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket = connect(
            stream, subprotocols=["streamlit"], additional_headers=headers, origin=address, max_size=None, compression=None
        )

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._socket.close()

    def rerun(self) -> Answer:
        """The whole page once more, as the first time it was opened."""
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        if self._hash:
            asked.rerun_script.page_script_hash = self._hash
        else:
            asked.rerun_script.page_name = self._page
        messages, size, errors = 0, 0, []
        begun = time.perf_counter()
        self._socket.send(asked.SerializeToString())
        while True:
            data = self._socket.recv()
            assert isinstance(data, bytes)
            told = ForwardMsg.FromString(data)
            messages, size = messages + 1, size + len(data)
            kind = told.WhichOneof("type")
            if kind == "navigation":
                self._hash = told.navigation.page_script_hash
            elif kind == "delta":
                errors += _errors(told)
            elif kind == "script_finished":
                return Answer(time.perf_counter() - begun, messages, size, tuple(errors))


def _errors(told: ForwardMsg) -> list[str]:
    if told.delta.WhichOneof("type") != "new_element":
        return []
    element = told.delta.new_element
    kind = element.WhichOneof("type")
    if kind == "exception":
        return [element.exception.message]
    return [element.alert.body] if kind == "alert" and element.alert.format == element.alert.ERROR else []
