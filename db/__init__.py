"""The only place that knows SQL.

`with db.begin() as ward:` is one write transaction, `with db.look() as ward:` one read.
Inside either: no Streamlit call and no session_state, which may end the script half-way.
"""

from sqlalchemy import Connection as Ward

from db.store import begin, look

__all__ = ["Ward", "begin", "look"]
