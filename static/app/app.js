// Behaviour that every page shares: the quiet line, double-submit guard, theme, dialogs, pick-a-phrase.
(() => {
  "use strict";
  const words = JSON.parse(document.getElementById("words")?.textContent || "{}");
  const token = () => document.querySelector('meta[name="csrf-token"]')?.content || "";
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  // --- one quiet line ---
  function quiet(text, { undo = null, kind = "done", action = null } = {}) {
    const place = document.getElementById("quiet");
    const shape = document.getElementById("quiet-template");
    if (!place || !shape) return;
    const line = shape.content.firstElementChild.cloneNode(true);
    line.classList.remove("quiet-warn", "quiet-bad");
    if (kind !== "done") line.classList.add(`quiet-${kind}`);
    line.querySelector(".quiet-text").textContent = text;
    if (undo) line.insertBefore(undoForm(undo), line.querySelector(".close"));
    if (action) line.insertBefore(action, line.querySelector(".close"));
    place.replaceChildren(line);
  }
  function undoForm(url) {
    const form = document.getElementById("undo-template").content.firstElementChild.cloneNode(true);
    form.action = url;
    form.elements.csrf_token.value = token();
    form.elements.idem_key.value = newKey();
    setTimeout(() => form.remove(), 60000); // a record can be undone for a minute
    return form;
  }
  document.querySelectorAll(".quiet form").forEach((form) => setTimeout(() => form.remove(), 60000));
  document.addEventListener("quiet", (event) => quiet(event.detail.text, event.detail));

  // --- a form is sent once ---
  function guard(form, busy) {
    form.querySelectorAll('button:not([type="button"]), input[type="submit"]').forEach((button) => {
      button.disabled = busy;
      if (busy) button.setAttribute("aria-busy", "true");
      else button.removeAttribute("aria-busy");
    });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || (form.getAttribute("method") || "get").toLowerCase() !== "post") return;
    setTimeout(() => guard(form, true)); // later, so that the pressed button's own value is sent
    setTimeout(() => guard(form, false), 15000); // an answer that is a file leaves the page as it is
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form").forEach((form) => guard(form, false));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.requestConfig?.elt?.closest?.("form");
    if (form) guard(form, false);
  });

  // --- htmx speaks the same language as forms ---
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
  });
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    const text = { 403: words.refused, 409: words.stale, 429: words.many }[status] || words.failed;
    quiet(text, { kind: "bad" });
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const first = event.target.querySelector?.("[autofocus], [aria-invalid='true']");
    if (first) first.focus();
    const call = event.target.querySelector?.("a[data-autodial]") || (event.target.matches?.("a[data-autodial]") && event.target);
    if (call) window.location.href = call.href;
  });

  // --- theme: the system's, until someone chooses ---
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-theme-switch]");
    if (!chosen) return;
    const root = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = root.dataset.bsTheme || (dark ? "dark" : "light");
    const next = chosen.dataset.themeSwitch || (now === "dark" ? "light" : "dark");
    if (next === "system") delete root.dataset.bsTheme;
    else root.dataset.bsTheme = next;
    const age = next === "system" ? 0 : 31536000;
    document.cookie = `theme=${next}; path=/; max-age=${age}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    markTheme();
    document.dispatchEvent(new CustomEvent("themechange"));
  });
  function markTheme() {
    const now = document.documentElement.dataset.bsTheme || "system";
    document.querySelectorAll("[data-theme-switch]:not([data-theme-switch=''])").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeSwitch === now));
    });
  }
  markTheme();

  // --- small things by attribute ---
  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    const opener = at("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    const closer = at("[data-closes]");
    if (closer) closer.closest("dialog, .quiet, [data-closable]")?.[closer.closest("dialog") ? "close" : "remove"]();
    const phrase = at("[data-phrase]");
    if (phrase) addPhrase(document.getElementById(phrase.dataset.into), phrase.dataset.phrase);
    const setter = at("[data-sets]");
    if (setter) setValue(document.getElementById(setter.dataset.sets), setter.dataset.value);
    if (at("[data-prints]")) window.print();
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  document.querySelectorAll("[data-here]").forEach((cell) => {
    const box = cell.closest(".table-box"); // a wide month begins with today, beside the names
    const names = cell.parentElement.firstElementChild.offsetWidth;
    if (box) box.scrollLeft = cell.offsetLeft - names;
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
    const ticks = event.target.dataset.ticks;
    if (ticks) {
      event.target.form.querySelectorAll(`input[type=checkbox][name="${ticks}"]`).forEach((box) => {
        box.checked = event.target.checked;
      });
    }
  });
  function addPhrase(field, text) {
    if (!field) return;
    const joint = field.value && !/[\s，。；,.;]$/.test(field.value) ? (document.documentElement.lang === "en" ? ", " : "，") : "";
    setValue(field, field.value + joint + text);
    field.focus();
  }
  function setValue(field, value) {
    if (!field) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  window.house = { quiet, token, words, newKey, guard };
  document.dispatchEvent(new CustomEvent("house"));
})();
