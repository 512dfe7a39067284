// Keeps the chats up to date by long polling, and sends what people write without reloading the page.
"use strict";

(() => {
  const body = document.body;
  const language = body.dataset.language;
  const phones = new Map([...document.querySelectorAll(".phone")].map((phone) => [phone.dataset.phone, phone]));
  const tabs = new Map([...document.querySelectorAll(".tabs a")].map((tab) => [tab.dataset.phone, tab]));
  const narrow = matchMedia("(max-width: 719px)");
  const alertLine = document.querySelector(".alert");
  const inView = new Set();
  const unread = new Map();
  const toBeRead = new Set(phones.keys());
  let after = Number(body.dataset.after);

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const chatOf = (phone) => phone.querySelector(".chat");
  const composerOf = (phone) => phone.querySelector(".composer");

  function complain(text) {
    alertLine.textContent = text;
    alertLine.hidden = !text;
  }

  // Chats

  function isAtEnd(chat) {
    return chat.scrollHeight - chat.scrollTop - chat.clientHeight < 90;
  }

  function place(chat, message) {
    const holder = document.createElement("template");
    holder.innerHTML = message.html.trim();
    const fresh = holder.content.firstElementChild;
    const old = document.getElementById(fresh.id);
    if (old) {
      // Only the line with the time and the ticks changes; an open list or the focus must not be lost.
      old.querySelector(".meta").replaceWith(fresh.querySelector(".meta"));
      return false;
    }
    chat.querySelector(".empty")?.remove();
    const last = [...chat.querySelectorAll(".bubble")].at(-1);
    if (!last || last.dataset.day !== message.day) {
      const day = document.createElement("li");
      day.className = "day";
      day.textContent = message.day;
      chat.append(day);
    }
    chat.append(fresh);
    return true;
  }

  function show(message) {
    const phone = phones.get(message.phone);
    if (!phone) return;
    const chat = chatOf(phone);
    const stay = isAtEnd(chat) || message.direction === "inbound";
    if (!place(chat, message)) return;
    if (stay) chat.scrollTop = chat.scrollHeight;
    if (message.direction === "outbound") {
      toBeRead.add(message.phone);
      if (!isSeen(message.phone)) unread.set(message.phone, (unread.get(message.phone) ?? 0) + 1);
    }
  }

  function isSeen(id) {
    return document.visibilityState === "visible" && inView.has(id);
  }

  function markRead() {
    for (const id of phones.keys()) {
      if (!isSeen(id)) continue;
      unread.delete(id);
      if (toBeRead.delete(id)) {
        fetch(`phones/${id}/read`, { method: "POST" }).catch(() => toBeRead.add(id));
      }
    }
    for (const [id, tab] of tabs) {
      const count = tab.querySelector(".count");
      count.hidden = !unread.get(id);
      count.textContent = unread.get(id) ?? "";
      count.title = body.dataset.unread;
    }
  }

  async function follow() {
    for (;;) {
      const began = performance.now();
      try {
        const answer = await fetch(`messages?after=${after}&wait=20&lang=${language}`);
        if (!answer.ok) throw new Error(String(answer.status));
        const news = await answer.json();
        complain("");
        after = news.after;
        news.messages.sort((a, b) => a.sequence - b.sequence).forEach(show);
        markRead();
        // An early empty answer means that too many browsers wait already.
        if (!news.messages.length && performance.now() - began < 1000) await pause(1500);
      } catch {
        complain(body.dataset.offline);
        await pause(2000);
      }
    }
  }

  // Which phone is looked at

  function mark(id) {
    for (const [key, tab] of tabs) {
      if (key === id) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
      phones.get(key).classList.toggle("shown", key === id);
    }
  }

  function select(id, { focus = false } = {}) {
    mark(id);
    tabs.get(id).scrollIntoView({ block: "nearest", inline: "nearest" });
    const phone = phones.get(id);
    const chat = chatOf(phone);
    if (narrow.matches) chat.scrollTop = chat.scrollHeight;
    else phone.scrollIntoView({ behavior: "smooth", inline: "start", block: "nearest" });
    if (focus) phone.querySelector("textarea").focus({ preventScroll: true });
  }

  for (const [id, tab] of tabs) {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      select(id, { focus: true });
    });
  }

  for (const [id, phone] of phones) phone.addEventListener("focusin", () => mark(id));

  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.intersectionRatio > 0.5) inView.add(entry.target.dataset.phone);
        else inView.delete(entry.target.dataset.phone);
      }
      markRead();
    },
    { threshold: [0, 0.51] },
  );
  phones.forEach((phone) => observer.observe(phone));
  document.addEventListener("visibilitychange", markRead);

  // Writing

  function grow(area) {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  function setReply(form, button) {
    form.closest(".phone").querySelector(".answering")?.classList.remove("answering");
    form.elements.reply_to.value = button?.dataset.reply ?? "";
    form.querySelector(".replying").hidden = !button;
    form.querySelector(".reply-text").textContent = button?.dataset.summary ?? "";
    button?.closest(".bubble").classList.add("answering");
  }

  function setFile(form) {
    const file = form.elements.file.files[0];
    if (file && file.size > 16 * 1024 * 1024) {
      complain(body.dataset.tooLarge);
      form.elements.file.value = "";
    }
    const chosen = form.elements.file.files[0];
    form.querySelector(".chosen").hidden = !chosen;
    form.querySelector(".file-name").textContent = chosen?.name ?? "";
  }

  async function submit(form, submitter) {
    const data = new FormData(form, submitter);
    const isTap = submitter?.name === "tap";
    if (!isTap) {
      form.elements.text.value = "";
      form.elements.file.value = "";
      grow(form.elements.text);
      setFile(form);
      setReply(form, null);
    }
    form.querySelector(".attach").open = false;
    submitter?.closest(".menu")?.removeAttribute("open");
    form.elements.text.focus({ preventScroll: true });
    try {
      // Not form.action: the buttons named "action" stand before it.
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: data, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
    } catch {
      if (!isTap && !form.elements.text.value) form.elements.text.value = data.get("text");
      complain(body.dataset.sendFailed);
    }
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".composer")) return;
    event.preventDefault();
    submit(event.target, event.submitter);
  });

  document.addEventListener("keydown", (event) => {
    const area = event.target;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && area.matches?.(".composer textarea")) {
      event.preventDefault();
      area.form.requestSubmit(area.form.querySelector(".send"));
    }
    if (event.key === "Escape") {
      const open = area.closest?.("details[open]");
      open?.removeAttribute("open");
      open?.querySelector("summary").focus();
      if (!open && area.form?.matches(".composer")) setReply(area.form, null);
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.matches(".composer textarea")) grow(event.target);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches(".file-input")) {
      setFile(event.target.form);
      event.target.form.querySelector(".attach").open = false;
      event.target.form.elements.text.focus();
    }
  });

  document.addEventListener("click", (event) => {
    const target = event.target;
    const reply = target.closest("[data-reply]");
    if (reply) {
      const form = composerOf(reply.closest(".phone"));
      setReply(form, reply);
      form.elements.text.focus();
    }
    if (target.closest(".pick-file")) target.closest(".composer").elements.file.click();
    if (target.closest(".cancel-reply")) setReply(target.closest(".composer"), null);
    if (target.closest(".remove-file")) {
      const form = target.closest(".composer");
      form.elements.file.value = "";
      setFile(form);
    }
    const quote = target.closest(".quote");
    if (quote) {
      event.preventDefault();
      const quoted = document.getElementById(quote.hash.slice(1));
      quoted?.scrollIntoView({ block: "center", behavior: "smooth" });
      quoted?.classList.add("flash");
      setTimeout(() => quoted?.classList.remove("flash"), 1700);
    }
    for (const menu of document.querySelectorAll(".attach[open]")) {
      if (!menu.contains(target)) menu.open = false;
    }
  });

  // Switches of the services

  async function readPanel(panel) {
    const note = panel.querySelector(".panel-note");
    try {
      const { mode } = await (await fetch(panel.dataset.url)).json();
      const chosen = panel.querySelector(`input[value="${CSS.escape(mode)}"]`);
      if (chosen) chosen.checked = true;
      note.textContent = "";
    } catch {
      note.textContent = panel.dataset.unreachable;
    }
  }

  async function writePanel(panel, mode) {
    const headers = { "Content-Type": "application/json" };
    try {
      await fetch(panel.dataset.url, { method: "POST", headers, body: JSON.stringify({ mode }) });
    } finally {
      await readPanel(panel);
    }
  }

  const panels = [...document.querySelectorAll(".panel")];
  for (const panel of panels) {
    readPanel(panel);
    panel.addEventListener("change", (event) => writePanel(panel, event.target.value));
  }
  addEventListener("focus", () => panels.forEach(readPanel));
  document.querySelector(".panels").open = !narrow.matches;

  for (const phone of phones.values()) {
    const chat = chatOf(phone);
    chat.scrollTop = chat.scrollHeight;
  }
  follow();
})();
