// Runs beside Streamlit on every screen: ends the page with the sign-in, and gives it what Streamlit lacks
// (number pad, language of the page, French for Streamlit's own words). It never touches what the ward typed.
(() => {
  "use strict";

  const LOOK_MS = 15000;
  const ALIVE_MS = 30000;
  const session = document.querySelector('meta[name="session"]').content;
  const here = () => location.pathname + location.search;

  // --- the page ends with the sign-in

  let gone = false;
  let timer = 0;
  let ends = Date.now() + LOOK_MS; // when this sign-in ends unless someone acts
  let acted = Date.now();
  let told = 0;
  let going = 0; // when a link to the front door was tapped: the answer to our own question must not overtake it

  function blank() {
    gone = true;
    document.documentElement.hidden = true;
    document.body.replaceChildren();
    document.title = "JAKAHDI";
  }

  function leave() {
    if (gone || Date.now() - going < 10000) return;
    blank();
    location.replace("/session/login?next=" + encodeURIComponent(here()));
  }

  async function look() {
    clearTimeout(timer);
    let wait = LOOK_MS;
    try {
      const answer = await fetch("/session/state", { cache: "no-store" });
      if (answer.ok) {
        const state = await answer.json();
        if (gone) return;
        if (!state.signed_in) return leave();
        if (state.session !== session) { // someone else signed in from another tab: their page, not this one
          blank();
          return location.reload();
        }
        ends = Date.now() + state.seconds_left * 1000;
        wait = Math.min(LOOK_MS, (state.seconds_left + 1) * 1000);
      }
    } catch {
      // No network. The screen still ends by itself when nobody is there.
      if (Date.now() > ends && Date.now() - acted > 60000) return leave();
    }
    timer = setTimeout(look, wait);
  }

  async function alive() {
    acted = Date.now();
    if (gone || acted - told < Math.min(ALIVE_MS, Math.max(1000, (ends - acted) / 2))) return;
    told = acted;
    try {
      const answer = await fetch("/session/alive", { method: "POST" });
      if (answer.status === 401) leave();
    } catch {
      told = 0;
    }
  }

  for (const action of ["pointerdown", "keydown"]) addEventListener(action, alive, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => document.hidden || look());
  addEventListener("pageshow", (event) => event.persisted && look());
  look();

  // --- links to the front door stay in this tab and come back to this page

  addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="/session/"]');
    if (!link) return;
    going = Date.now();
    link.target = "_self";
    const path = link.getAttribute("href").split("?")[0];
    if (path !== "/session/logout") link.href = path + "?next=" + encodeURIComponent(here());
  }, { capture: true });

  // --- leaving a box by a tap on the menu or the header

  // The box sends what was typed only after the new page was asked for, as a piece of the old page: the value is lost
  // and the new page stays blank. So the box goes first and the tap follows once it was kept.
  const PAUSE = 900; // ms; the typing pause of a box is 600
  let typed = 0;
  addEventListener("input", (event) => {
    if (event.target.closest?.('[class*="st-key-dec_"], [class*="st-key-txt_"]')) typed = Date.now();
  }, { capture: true });
  addEventListener("click", (event) => {
    const tapped = event.target.closest?.('a[href], .st-key-header button');
    if (!event.isTrusted || !tapped || Date.now() - typed > PAUSE) return;
    event.preventDefault();
    event.stopPropagation();
    document.activeElement?.blur();
    setTimeout(() => tapped.click(), PAUSE);
  }, { capture: true });

  // --- one tap copies a text: <button class="copy" data-copy="…">

  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const box = document.createElement("textarea"); // a ward without https
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    if (!done) throw new Error("not copied");
  }

  addEventListener("click", async (event) => {
    const button = event.target.closest?.("button[data-copy]");
    if (!button) return;
    try {
      await copy(button.dataset.copy);
    } catch {
      return; // the button keeps its word: nothing was copied
    }
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 2500);
  });

  // --- Streamlit's own words

  const FRENCH = {
    "Press Enter to apply": "Entrée pour valider",
    "Press Enter to submit form": "Entrée pour enregistrer",
    "Press Ctrl+Enter to apply": "Ctrl+Entrée pour valider",
    "Press Ctrl+Enter to submit form": "Ctrl+Entrée pour enregistrer",
    "Press ⌘+Enter to apply": "⌘+Entrée pour valider",
    "Press ⌘+Enter to submit form": "⌘+Entrée pour enregistrer",
    "This field is required.": "À remplir.",
    "(required)": "(obligatoire)",
    "Invalid input.": "Saisie non comprise.",
    "Connecting": "Connexion…",
    "Connecting to Streamlit server": "Connexion au serveur",
    "Unable to connect to Streamlit server": "Le serveur ne répond pas",
    "Error": "Erreur",
    "Connection error": "Connexion interrompue",
    "Streamlit server is not responding. Are you connected to the internet?":
      "Le serveur ne répond pas. La page reprend seule dès que le réseau revient.",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "Le serveur ne répond pas. La page reprend seule dès qu’il revient.",
    "Connection timed out.": "Le serveur n’a pas répondu à temps.",
    "Network Error": "Pas de réseau",
    "Running...": "En cours…",
    "Stop": "Arrêter",
    "Stop script": "Arrêter",
    "Rerun": "Relancer",
    "Close": "Fermer",
    "Cancel": "Annuler",
    "Open": "Ouvrir",
    "Clear": "Effacer",
    "Clear value": "Effacer",
    "Clear selection": "Effacer le choix",
    "Select...": "Choisir…",
    "Choose an option": "Choisir…",
    "Choose options": "Choisir…",
    "Select all": "Tout choisir",
    "No results": "Aucun résultat",
    "No options to select.": "Rien à choisir.",
    "Choose date": "Choisir une date",
    "Previous month": "Mois précédent",
    "Next month": "Mois suivant",
    "Show password text": "Montrer le mot de passe",
    "Hide password text": "Cacher le mot de passe",
    "Fullscreen": "Plein écran",
    "Close fullscreen": "Quitter le plein écran",
    "Search": "Chercher",
    "Download as CSV": "Télécharger en CSV",
    "Show/hide columns": "Colonnes",
    "Show data": "Voir les données",
    "Show chart": "Voir le graphique",
    "Upload": "Choisir un fichier",
    "Browse files": "Choisir un fichier",
    "Drag and drop file here": "Déposer le fichier ici",
    "Drag and drop files here": "Déposer les fichiers ici",
    "Skip to main content": "Aller au contenu",
    "Main menu": "Menu",
    "App pages": "Pages",
    "Sidebar": "Menu",
    "Expand sidebar": "Ouvrir le menu",
    "Collapse sidebar": "Fermer le menu",
    "Page not found": "Page inconnue",
    "Link to heading": "Lien vers ce titre",
    "Copy to clipboard": "Copier",
    "View more": "Plus",
    "Notifications": "Messages",
  };

  // Where Streamlit speaks for itself. Never a table, a text or a box of ours.
  const CHROME = ["InputInstructions", "stStatusWidget", "stConnectionStatus", "stHeader", "stToolbar", "stDialog",
    "stSelectboxVirtualDropdown", "stMultiSelect", "stFileUploaderDropzone", "stElementToolbar", "stSkipToContent"]
    .map((name) => `[data-testid="${name}"]`).join(",");
  const ATTRIBUTES = ["aria-label", "title", "placeholder"];

  const COUNTED = [[/^(\d+) more$/, "$1 de plus"], [/^(\d+) ?MB per file$/, "$1 Mo par fichier"]];

  function sayInFrench() {
    for (const part of document.querySelectorAll(CHROME)) {
      const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      // Changed in place: React keeps its text nodes, a replaced one would break its next update.
      while (texts.nextNode()) {
        const english = texts.currentNode.data.trim();
        const french = FRENCH[english] ?? COUNTED.reduce((text, [en, fr]) => text.replace(en, fr), english);
        if (french !== english) texts.currentNode.data = french;
      }
    }
    for (const name of ATTRIBUTES) {
      for (const part of document.querySelectorAll(`[${name}]`)) {
        const french = FRENCH[part.getAttribute(name)];
        if (french) part.setAttribute(name, french);
      }
    }
  }

  // --- after each change of the page, once a frame

  function tend() {
    waiting = false;
    if (gone) return;
    for (const box of document.querySelectorAll('[class*="st-key-dec_"] input:not([inputmode="decimal"])')) {
      box.setAttribute("inputmode", "decimal"); // a text box otherwise opens the tablet's letters
      box.setAttribute("enterkeyhint", "next");
    }
    for (const icon of document.querySelectorAll('[aria-label$=" icon"]:not([aria-hidden])')) {
      icon.setAttribute("aria-hidden", "true"); // "edit_note icon", read aloud before the words it stands beside
    }
    const spoken = document.querySelector("[data-language]")?.dataset.language;
    if (spoken) document.documentElement.lang = spoken;
    if (document.documentElement.lang === "fr") sayInFrench();
  }

  // Ctrl+S while typing: the box sends its text first, then the page saves.
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    const box = document.activeElement;
    box?.blur();
    box?.focus();
  }, { capture: true });

  // Tab walks from the last box of a group to the first of the next, past the menu of states and units between them.
  // Shift+Tab comes back through the menu.
  let onward = false;
  addEventListener("keydown", (event) => { onward = event.key === "Tab" && !event.shiftKey; }, { capture: true });
  addEventListener("focusin", (event) => {
    if (!onward || !event.target.closest('[class*="st-key-more_"]')) return;
    if (!event.relatedTarget?.closest('[class*="st-key-dec_"], [class*="st-key-cho_"]')) return;
    const stops = document.querySelectorAll('[class*="st-key-dec_"] input, [class*="st-key-cho_"] [tabindex="0"]');
    const next = [...stops].find((stop) =>
      !stop.disabled && event.target.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING);
    next?.focus();
  });

  let waiting = false;
  const soon = () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(tend);
    }
  };
  new MutationObserver(soon).observe(document.documentElement, {
    childList: true, characterData: true, subtree: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
  soon();
})();
