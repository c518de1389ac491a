// The page's script. Gradio calls it once as a function with the parameters
// element, trigger, props, server, upload and watch. Article and question text reaches the
// document in two ways only: as HTML that the server escaped, or as textContent.
// Events triggered: 'ask' 'edit' 'new' 'judge' 'export' 'remove'

const byId = (id) => document.getElementById(id);
let language = "zh";
let opener = null; // where the focus goes back to when the pane closes
let pressed = null; // the thumb whose form is open

const say = (text) => {
  const place = byId("pq-said");
  if (place) place.textContent = text;
};

// ---- the pane ------------------------------------------------------------------------------

const openPane = async (button, asked) => {
  opener = button;
  hideTip();
  const html = await server.read({ language, ...asked });
  const pane = byId("pq-reader");
  pane.innerHTML = html;
  pane.hidden = false;
  document.body.classList.add("pq-reading");
  document.querySelectorAll(".pq-active").forEach((other) => other.classList.remove("pq-active"));
  button.classList.add("pq-active");
  const mark = pane.querySelector("mark");
  const text = pane.querySelector(".pq-reader-text");
  if (mark && text) {
    const above = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += above - text.clientHeight / 3;
  }
  const title = byId("pq-reader-title");
  if (title) title.focus({ preventScroll: true });
};

const closePane = () => {
  const pane = byId("pq-reader");
  if (!pane || pane.hidden) return;
  pane.hidden = true;
  pane.textContent = "";
  document.body.classList.remove("pq-reading");
  document.querySelectorAll(".pq-active").forEach((other) => other.classList.remove("pq-active"));
  if (opener && opener.isConnected) opener.focus();
  opener = null;
};

const showCleaned = async (button) => {
  const html = await server.read({ language, article: button.dataset.article, cleaned: true });
  const row = button.closest(".pq-row");
  const shown = row.querySelector(".pq-cleaned");
  if (shown) {
    shown.remove();
    button.setAttribute("aria-expanded", "false");
    return;
  }
  const box = document.createElement("div");
  box.className = "pq-cleaned";
  box.innerHTML = html;
  row.append(box);
  button.setAttribute("aria-expanded", "true");
};

// ---- the preview of a quote ----------------------------------------------------------------

const showTip = (chip) => {
  const tip = byId("pq-tip");
  if (!tip) return;
  tip.replaceChildren();
  for (const part of ["quote", "source"]) {
    const line = document.createElement("p");
    line.className = `pq-tip-${part}`;
    line.textContent = chip.dataset[part];
    tip.append(line);
  }
  tip.hidden = false;
  chip.setAttribute("aria-describedby", "pq-tip");
  const at = chip.getBoundingClientRect();
  const width = Math.min(tip.offsetWidth, innerWidth - 16);
  tip.style.left = `${Math.max(8, Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - 8))}px`;
  const below = at.bottom + 8;
  const fits = below + tip.offsetHeight < innerHeight;
  tip.style.top = `${fits ? below : Math.max(8, at.top - tip.offsetHeight - 8)}px`;
};

const hideTip = () => {
  const tip = byId("pq-tip");
  if (tip) tip.hidden = true;
};

// ---- files, links, the clipboard -------------------------------------------------------------

const copy = async (text, done) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    // Without https a browser offers no clipboard except this way.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(done);
  const toast = byId("pq-said");
  toast.classList.add("pq-toast");
  setTimeout(() => toast.classList.remove("pq-toast"), 1800);
};

const save = ({ name, type, data }) => {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

const SHARED = { q: "question", publisher: "publisher", article: "article", since: "since", until: "until" };

const share = (button) => {
  const address = new URL(location.pathname, location.origin);
  for (const [key, name] of Object.entries(SHARED)) {
    if (button.dataset[name]) address.searchParams.set(key, button.dataset[name]);
  }
  copy(address.href, button.dataset.done);
};

const askShared = () => {
  const given = new URLSearchParams(location.search);
  if (!given.get("q")) return;
  const asked = {};
  for (const [key, name] of Object.entries(SHARED)) asked[name] = given.get(key) || "";
  trigger("ask", asked);
};

// ---- what buttons do -------------------------------------------------------------------------

const focusQuestion = () => document.querySelector("#pq-question textarea")?.focus();

const openForm = (button) => {
  pressed = button;
  const group = button.parentElement;
  const form = group.querySelector(".pq-reason");
  form.hidden = false;
  form.dataset.thumb = button.dataset.thumb;
  group.querySelectorAll(".pq-thumb").forEach((other) => {
    other.setAttribute("aria-expanded", String(other === button));
  });
  form.querySelector("input").focus();
};

const actions = {
  open: (button) => openPane(button, { ...button.dataset }),
  close: closePane,
  cleaned: showCleaned,
  ask: (button) => trigger("ask", { question: button.dataset.question, kind: button.dataset.kind }),
  retry: (button) => trigger("ask", { turn: button.dataset.turn }),
  widen: (button) => trigger("ask", { turn: button.dataset.turn, kind: "widen" }),
  edit: (button) => { trigger("edit", { turn: button.dataset.turn }); focusQuestion(); },
  cancel: () => { trigger("edit", {}); focusQuestion(); },
  new: () => { closePane(); trigger("new", {}); focusQuestion(); },
  export: (button) => trigger("export", { kind: button.dataset.kind }),
  copy: (button) => copy(button.dataset.text, button.dataset.done),
  share,
  thumb: openForm,
  library: () => document.querySelector("#pq-tab_library-button")?.click(),
  remove: (button) => {
    if (confirm(button.dataset.sure)) trigger("remove", { article: button.dataset.article });
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-act]");
  if (button) actions[button.dataset.act]?.(button);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.(".pq-reason");
  if (!form) return;
  event.preventDefault();
  const reason = form.querySelector("input").value;
  trigger("judge", { turn: form.dataset.turn, thumb: form.dataset.thumb, reason });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const tip = byId("pq-tip");
  const form = document.querySelector(".pq-reason:not([hidden])");
  if (tip && !tip.hidden) hideTip();
  else if (form) {
    form.hidden = true;
    pressed?.setAttribute("aria-expanded", "false");
    pressed?.focus();
  } else closePane();
});

for (const [kind, act] of [["mouseover", showTip], ["focusin", showTip], ["mouseout", hideTip], ["focusout", hideTip]]) {
  document.addEventListener(kind, (event) => {
    const chip = event.target.closest?.(".pq-chip");
    if (chip && (kind !== "focusin" || chip.matches(":focus-visible"))) act(chip);
  });
}
document.addEventListener("scroll", hideTip, true);

// Gradio's fold says neither what it is nor whether it is open.
const tellFold = () => {
  const fold = document.querySelector("#pq-filters > button");
  const content = fold?.nextElementSibling;
  if (fold && content) fold.setAttribute("aria-expanded", String(content.style.display !== "none"));
};
document.addEventListener("click", () => setTimeout(tellFold, 50));

// ---- following the conversation --------------------------------------------------------------

let newest = null;
new MutationObserver(() => {
  const turn = document.querySelector("#pq-current .pq-turn");
  if (!turn || turn.id === newest?.id && turn === newest.node) return;
  newest = { id: turn.id, node: turn };
  if (turn.id !== "pq-turn-1") turn.scrollIntoView({ block: "start", behavior: "instant" });
}).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["id"] });

// ---- orders of the server --------------------------------------------------------------------

let started = false;
const orders = {
  save,
  language: (given) => {
    language = given.language;
    closePane();
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
    try { localStorage.setItem("policy-qa-language", language); } catch (error) { /* no storage */ }
    tellFold();
    if (!started) askShared();
    started = true;
  },
};

watch("value", () => {
  if (!props.value) return;
  const given = JSON.parse(props.value);
  orders[given.do]?.(given);
});
