"""The entry: `streamlit run app.py`, `uvicorn app:app` and AppTest.from_file("app.py") all start here.

Outside a script run it is the ASGI app with the gate around it; inside one it is the menu and its page.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    import gate

    app = st.App(
        __file__,
        routes=gate.ROUTES,
        middleware=gate.MIDDLEWARE,
        lifespan=gate.lifespan,
        on_script_error=gate.on_script_error,
        exception_handlers=gate.EXCEPTION_HANDLERS,
    )
else:
    import menu

    # Before the menu: otherwise Streamlit asks fonts.gstatic.com for the page's menu icon, for the browser's tab.
    st.set_page_config(page_icon=str(menu.ICON))
    menu.run()
