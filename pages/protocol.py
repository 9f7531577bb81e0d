"""What the registry says, word for word, and what it leaves open, with the choice made and who must confirm it."""

from html import escape

import streamlit as st

from components import words
from components.words import _
from menu import page
from trial import eligibility, protocol, version

user = page("protocol")
spoken = words.language()


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    drawn = "".join("<tr>" + "".join(f'<td class="text">{escape(cell)}</td>' for cell in row) + "</tr>" for row in rows)
    titles = "".join(f'<th class="text">{escape(title)}</th>' for title in head)
    return f'<div class="scroll"><table class="flow"><tr>{titles}</tr>{drawn}</table></div>'


st.markdown(f"#### JAKAHDI · {protocol.REGISTRATION}")
st.markdown(_("App {app} · rules {rules}. Not for treatment decisions.", app=version.APP, rules=version.RULES))
st.markdown(f"##### {_('Criteria of the registry')}")
st.html(table(("", _("Criterion")), [(one.name, one.text(spoken)) for one in eligibility.CRITERIA]))
st.markdown(f"##### {_('Open choices, until the principal investigator confirms them')}")
st.html(table((_("Question"), _("Choice"), _("Decision record")),
              [(choice.question(spoken), str(choice.value), choice.record) for choice in protocol.OPEN_CHOICES]))
st.markdown(f"##### {_('The registry’s words')}")
st.html(table((_("Constant"), _("Value"), _("Words")), [(said.key, str(said.value), said.words) for said in protocol.REGISTRY]))
