// What was typed survives a lost connection.
//
// A form (or field) with data-draft="key" is kept in localStorage while it is typed, under the person who is
// signed in, and put back when the page is opened again. A form with data-draft that cannot be sent because
// there is no connection waits in a queue with its idempotency key and is posted once when there is one again.
// Nothing of password, file or CSRF fields is kept; signing out forgets everything.
(() => {
  "use strict";
  const person = document.body?.dataset.person || "";
  const PREFIX = `draft:${person}:`;
  const QUEUE = `queue:${person}`;
  const KEEP_DAYS = 7;
  const words = () => window.house?.words || {};
  const say = (text, options) => window.house?.quiet(text, options);

  const read = (key, empty) => {
    try { return JSON.parse(localStorage.getItem(key)) ?? empty; } catch { return empty; }
  };
  const write = (key, value) => {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* storage is full or switched off: the form still works */ }
  };
  const drop = (key) => { try { localStorage.removeItem(key); } catch { /* as above */ } };

  const isKept = (field) => field.name && field.name !== "csrf_token" && !["password", "file", "submit", "button"].includes(field.type) && !field.disabled;
  const fieldsOf = (form) => [...form.elements].filter(isKept);
  const keyOf = (form) => PREFIX + form.dataset.draft;

  function valuesOf(form) {
    const values = {};
    for (const field of fieldsOf(form)) {
      if ((field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
      (values[field.name] ||= []).push(field.value);
    }
    return values;
  }
  function typedBy(form) {
    return fieldsOf(form).some((field) => {
      if (field.type === "hidden") return false;
      if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
      if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected && (field.selectedIndex > 0 || option.defaultSelected));
      return field.value !== field.defaultValue;
    });
  }
  function save(form) {
    if (typedBy(form)) write(keyOf(form), { at: Date.now(), values: valuesOf(form) });
    else drop(keyOf(form));
  }
  function put(form, values) {
    for (const field of fieldsOf(form)) {
      const stored = values[field.name];
      if (field.type === "checkbox" || field.type === "radio") field.checked = Boolean(stored?.includes(field.value));
      else if (field.type === "hidden") { if (field.name === "idem_key" && stored) field.value = stored[0]; }
      else if (stored) field.value = stored[0];
    }
  }
  function restore(form) {
    const draft = read(keyOf(form), null);
    if (!draft || form.querySelector("[aria-invalid='true']") || form.dataset.restored) return;
    form.dataset.restored = "yes";
    put(form, draft.values);
    if (!typedBy(form)) { drop(keyOf(form)); return; }
    form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "as-text";
    clear.textContent = words().discard;
    clear.addEventListener("click", () => {
      drop(keyOf(form));
      form.reset();
      clear.closest(".quiet")?.remove();
    });
    say(words().restored, { action: clear });
  }

  // --- the queue ---
  const queued = () => read(QUEUE, []);
  function enqueue(form) {
    if (!person) return false;
    const values = valuesOf(form);
    const entry = { url: form.getAttribute("hx-post") || form.action, values, key: values.idem_key?.[0], draft: keyOf(form), page: location.href, at: Date.now() };
    const others = queued().filter((other) => !entry.key || other.key !== entry.key);
    write(QUEUE, [...others, entry]);
    drop(keyOf(form));
    form.dispatchEvent(new CustomEvent("draft:queued", { bubbles: true }));
    say(words().queued, { kind: "warn" });
    banner();
    return true;
  }
  async function post(entry) {
    const body = new URLSearchParams();
    Object.entries(entry.values).forEach(([name, list]) => list.forEach((value) => body.append(name, value)));
    body.set("csrf_token", window.house.token());
    const headers = { "X-CSRFToken": window.house.token(), "X-Queued": "1" };
    return fetch(entry.url, { method: "POST", body, headers, credentials: "same-origin", redirect: "manual" });
  }
  let sending = false;
  async function flush() {
    if (sending || !person || !queued().length) return;
    sending = true;
    let sent = 0;
    try {
      for (const entry of queued()) {
        const reply = await post(entry);
        if (reply.status === 401 || reply.status === 400) { say(words().signin, { kind: "warn" }); break; }
        if (reply.status >= 500 || reply.status === 429) break;
        write(QUEUE, queued().filter((other) => other.at !== entry.at));
        if (reply.ok || reply.type === "opaqueredirect") sent += 1;
        else returned(entry);
      }
    } catch { /* still no connection: the entries stay */ } finally { sending = false; }
    if (sent) { say(words().sent); document.dispatchEvent(new CustomEvent("queue:sent", { detail: { sent } })); }
    banner();
  }
  function returned(entry) {
    write(entry.draft, { at: Date.now(), values: entry.values });
    const link = document.createElement("a");
    link.href = entry.page;
    link.textContent = words().open;
    say(words().returned, { kind: "bad", action: link });
  }
  function banner() {
    const bar = document.getElementById("offline");
    if (bar) bar.hidden = navigator.onLine && !queued().length;
  }

  // --- when ---
  let waiting = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.dataset.draft) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => save(form), 250);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.forgets !== undefined) { forget(); return; }
    if (!form.dataset.draft) return;
    clearTimeout(waiting);
    save(form);
    if (!navigator.onLine && enqueue(form)) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);
  // a form that its own answer has replaced is no longer in the page, so ask the request and not the event
  const formOf = (event) => event.detail.requestConfig?.elt?.closest?.("form[data-draft]");
  document.addEventListener("htmx:sendError", (event) => {
    const form = formOf(event);
    if (form) enqueue(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = formOf(event);
    if (form && event.detail.successful) { clearTimeout(waiting); drop(keyOf(form)); }
  });
  document.addEventListener("htmx:load", (event) => {
    const root = event.detail.elt;
    if (root.matches?.("form[data-draft]")) restore(root);
    root.querySelectorAll?.("form[data-draft]").forEach(restore);
  });
  window.addEventListener("online", () => { banner(); flush(); });
  window.addEventListener("offline", banner);
  setInterval(flush, 20000);

  function clearSent() {
    // the server names the idempotency key of the form that it has just accepted
    const done = document.cookie.match(/(?:^|; )sent=([\w-]+)/)?.[1];
    if (!done) return;
    document.cookie = "sent=; path=/; max-age=0";
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && read(key, {}).values?.idem_key?.[0] === done) drop(key);
    }
  }
  function forget() {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) || key === QUEUE) drop(key);
    }
  }
  function dropOld() {
    const oldest = Date.now() - KEEP_DAYS * 86400000;
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("draft:") && (read(key, {}).at || 0) < oldest) drop(key);
    }
  }
  function begin() {
    clearSent();
    dropOld();
    document.querySelectorAll("form[data-draft]").forEach(restore);
    banner();
    flush();
  }
  if (window.house) begin();
  else document.addEventListener("house", begin, { once: true });
})();
