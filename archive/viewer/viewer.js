// The viewer's one script: which language is shown, and the search. A classic script, so that it runs from a folder.
"use strict";
var fonds = (() => {
  const root = document.documentElement;
  const en = "en", fr = "fr";

  function stored() {
    try {
      return localStorage.getItem("fonds-language");
    } catch {
      return null;
    }
  }

  function speak(language) {
    root.dataset.lang = language;
    root.lang = language;
    try {
      localStorage.setItem("fonds-language", language);
    } catch {
      // Without storage the choice holds for this page.
    }
    for (const button of document.querySelectorAll("[data-speak]")) {
      button.setAttribute("aria-pressed", String(button.dataset.speak === language));
    }
  }

  const first = stored() || ((navigator.language || en).toLowerCase().startsWith(fr) ? fr : en);
  root.dataset.lang = first === fr ? fr : en;
  root.lang = root.dataset.lang;

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function both(english, french) {
    return [
      element("span", { class: "t", lang: en }, english),
      element("span", { class: "t", lang: fr }, french),
    ];
  }

  // Two buttons, where a page has a bar or none.
  function choice() {
    const group = element("div", { class: "speak", role: "group", "aria-label": "English / Français" });
    for (const [language, name] of [[en, "English"], [fr, "Français"]]) {
      const button = element("button", { type: "button", lang: language, "data-speak": language }, name);
      button.addEventListener("click", () => speak(language));
      group.append(button);
    }
    (document.querySelector(".bar") || document.querySelector("main")).append(group);
    speak(root.dataset.lang);
  }

  // Search. Scripts of data call starts(), words() and posts(); each is loaded once, when it is needed.
  const loaded = new Map();
  const words = new Map();
  const posts = new Map();
  let starts = [];

  function load(name) {
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((done) => {
        const script = element("script", { src: `search/${name}.js` });
        script.addEventListener("load", done);
        script.addEventListener("error", done);
        document.head.append(script);
      }));
    }
    return loaded.get(name);
  }

  const ligatures = { œ: "oe", æ: "ae", ß: "ss", ø: "o", ł: "l", đ: "d", ı: "i" };

  function fold(text) {
    const plain = text.normalize("NFKD").replace(/\p{M}/gu, "");
    return Array.from(plain, (c) => Array.from(c.toLowerCase(), (l) => ligatures[l] || l).join("")).join("");
  }

  function terms(text) {
    const all = fold(text).split(/[^\p{Alphabetic}\p{N}]+/u).map((word) => Array.from(word).slice(0, 32).join(""));
    return [...new Set(all)].filter((word) => Array.from(word).length > 1);
  }

  // In the order of code points, as the index is sorted.
  function before(a, b) {
    const [left, right] = [Array.from(a, (c) => c.codePointAt(0)), Array.from(b, (c) => c.codePointAt(0))];
    const at = left.findIndex((point, n) => point !== right[n]);
    return at < 0 ? left.length < right.length : right[at] !== undefined && left[at] < right[at];
  }

  // Numbers of the posts that hold a word beginning so.
  async function having(beginning) {
    await load("index");
    let script = 0;
    while (script + 1 < starts.length && before(starts[script + 1], beginning)) script += 1;
    const found = new Set();
    for (; script < starts.length; script += 1) {
      if (before(beginning, starts[script]) && !starts[script].startsWith(beginning)) break;
      await load(`words-${script}`);
      for (const line of (words.get(script) || "").split("\n")) {
        if (!line.startsWith(beginning)) continue;
        let post = 0;
        for (const step of line.slice(line.indexOf(" ") + 1).split(" ")) {
          post += parseInt(step, 36);
          found.add(post);
        }
      }
    }
    return found;
  }

  async function find(text) {
    const sets = await Promise.all(terms(text).map(having));
    if (sets.length === 0) return null;
    sets.sort((a, b) => a.size - b.size);
    const found = [...sets[0]].filter((post) => sets.every((set) => set.has(post)));
    // Posts are numbered as they were made: the newest first.
    return found.sort((a, b) => b - a);
  }

  const MOST = 200;

  async function show(form, text) {
    const said = document.getElementById("said");
    const list = document.getElementById("found");
    const found = await find(text);
    if (document.getElementById("words").value !== text) return;
    list.replaceChildren();
    said.replaceChildren();
    if (found === null) return;
    const chunk = Number(form.dataset.chunk);
    const shown = found.slice(0, MOST);
    await Promise.all([...new Set(shown.map((post) => Math.floor(post / chunk)))].map((n) => load(`posts-${n}`)));
    if (document.getElementById("words").value !== text) return;
    const n = found.length;
    const more = n > MOST;
    said.append(...both(
      `${n} ${n === 1 ? "post" : "posts"}${more ? `, the newest ${MOST} shown` : ""}`,
      `${n} ${n < 2 ? "billet" : "billets"}${more ? `, les ${MOST} plus récents montrés` : ""}`,
    ));
    const wanted = terms(text);
    const titled = (row) => wanted.every((word) => terms(row[1]).some((other) => other.startsWith(word)));
    const rows = shown.map((post) => (posts.get(Math.floor(post / chunk)) || [])[post % chunk]).filter(Boolean);
    for (const row of [...rows.filter(titled), ...rows.filter((row) => !titled(row))]) {
      const [id, title, language, day] = row;
      list.append(element("li", {},
        element("time", {}, day),
        " ",
        element("a", { href: `posts/${id}.html`, lang: language }, title),
        " ",
        element("span", { class: "code" }, language.toUpperCase()),
      ));
    }
  }

  function search() {
    const form = document.getElementById("search");
    if (!form) return;
    form.hidden = false;
    const field = document.getElementById("words");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      show(form, field.value);
    });
    field.addEventListener("input", () => show(form, field.value));
    field.focus();
  }

  document.addEventListener("DOMContentLoaded", () => {
    choice();
    search();
  });
  // On paper everything is open.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });

  return {
    starts: (all) => {
      starts = all.split(" ").filter(Boolean);
    },
    words: (number, lines) => words.set(number, lines),
    posts: (number, rows) => posts.set(number, rows),
  };
})();
