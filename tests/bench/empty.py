"""An empty Streamlit page, the ground that everything is measured from: two pages with a title and one box.

Run as the app is, from the same folder, so with the same configuration; and like the app it looks through nothing on
garbage collection that was there at the start.
"""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    gc.collect()
    gc.freeze()
    yield {}


def one() -> None:
    st.title("One")
    st.write(st.text_input("Box", key="box"))


def other() -> None:
    st.title("Other")
    st.write(st.text_input("Box", key="box"))


if get_script_run_ctx(suppress_warning=True) is None:
    app = st.App(__file__, lifespan=lifespan)
else:
    pages = [st.Page(one, title="One", url_path="one", default=True), st.Page(other, title="Other", url_path="other")]
    st.navigation(pages, position="top").run()
