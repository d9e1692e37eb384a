// Duty: draw the reference page from /openapi.json, and send the requests that a reader tries out.
// It must not store the API key anywhere, send it to another host, or turn text of the document or of
// an answer into HTML: everything goes in as text nodes.

import * as api from "/docs/schema.js";

const SHOWN_LIMIT = 200_000; // characters of an answer: past this the page stops being usable
const WIDE = matchMedia("(min-width: 60rem)");
const byId = (id) => document.getElementById(id);
const entries = []; // one per operation: {op, article, link, words}
let apiKey = ""; // lives as long as the page does, and nowhere else
let controls = 0;

// --- small building blocks ---

function h(tag, attrs, ...kids) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...kids.flat(Infinity).filter((kid) => kid !== undefined && kid !== null && kid !== false && kid !== ""));
  return node;
}

const say = (text) => { byId("docs-said").textContent = text; };
const badge = (method) => h("span", { class: `method ${method.toLowerCase()}` }, method);
const breakable = (path) => path.split(/(?=\/)/).map((part) => [h("wbr"), part]);

// Contents are drawn when first opened: schemas may hold themselves, and most are never looked at.
function lazyDetails(title, draw, open = false) {
  const box = h("details", { class: "fold" }, h("summary", null, title));
  const fill = () => { if (box.open && box.children.length === 1) box.append(h("div", { class: "fold-body" }, draw())); };
  box.addEventListener("toggle", fill);
  box.open = open;
  fill();
  return box;
}

async function copy(text, source) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch { // the clipboard API is absent over plain http
    getSelection().selectAllChildren(source);
    done = document.execCommand("copy");
  }
  say(done ? "Copied" : "Selected, press Ctrl+C to copy");
  return done;
}

function codeBlock(title, text) {
  const code = h("code", null, text);
  const button = h("button", { type: "button", class: "small" }, "Copy", h("span", { class: "unseen" }, ` ${title}`));
  button.addEventListener("click", async () => {
    button.firstChild.data = (await copy(text, code)) ? "Copied" : "Selected";
    setTimeout(() => { button.firstChild.data = "Copy"; }, 2000);
  });
  // focusable, because a long block scrolls and the keyboard must reach it
  const pre = h("pre", { tabindex: 0, role: "group", "aria-label": title }, code);
  return h("div", { class: "code" }, h("div", { class: "code-head" }, h("span", null, title), button), pre);
}

// --- markdown: paragraphs, lists, headings, fences, `code`, **bold**, *slanted*, links ---

const INLINE = /`([^`]+)`|\*\*(.+?)\*\*|\*([^\s*][^*]*)\*|\[([^\]]+)\]\(([^()\s]+)\)|<(https?:\/\/[^\s>]+)>/g;

function safeLink(href, label) {
  let url;
  try { url = new URL(href, location.href); } catch { return label; }
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return label; // no javascript: or data:
  return h("a", { href, rel: "noopener noreferrer" }, label);
}

function inlines(text) {
  const out = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, code, bold, slanted, label, href, bare] = found;
    out.push(text.slice(from, found.index));
    if (code) out.push(h("code", null, code));
    else if (bold) out.push(h("strong", null, inlines(bold)));
    else if (slanted) out.push(h("em", null, inlines(slanted)));
    else out.push(safeLink(href ?? bare, label ? inlines(label) : bare));
    from = found.index + whole.length;
  }
  return [...out, text.slice(from)];
}

function listOf(lines, ordered) {
  const items = [];
  for (const line of lines) {
    const item = line.match(/^\s*(?:[-*+]|\d+[.)])\s+(.*)/);
    if (item) items.push(item[1]);
    else items[items.length - 1] += ` ${line.trim()}`; // a wrapped line goes on with its item
  }
  return h(ordered ? "ol" : "ul", null, items.map((item) => h("li", null, inlines(item))));
}

function block(text) {
  const lines = text.split("\n");
  const heading = text.match(/^#{1,6}\s+(.*)/);
  // not a real heading: the document does not know which level it would have on this page
  if (heading) return [h("p", { class: "md-head" }, inlines(heading[1])), lines.length > 1 && block(lines.slice(1).join("\n"))];
  const start = lines.findIndex((line) => /^\s*(?:[-*+]|\d+[.)])\s+/.test(line));
  if (start < 0) return h("p", null, inlines(lines.join(" ")));
  const list = listOf(lines.slice(start), /^\s*\d/.test(lines[start]));
  return start ? [h("p", null, inlines(lines.slice(0, start).join(" "))), list] : list;
}

function markdown(text) {
  const parts = (text ?? "").replace(/\r/g, "").split(/^```[^\n]*\n([\s\S]*?)^```[ \t]*$/m); // odd parts are fenced
  return parts.map((part, i) => (i % 2 ? codeBlock("Code", part.trimEnd())
    : part.split(/\n\s*\n/).map((one) => one.trim()).filter(Boolean).map(block)));
}

// --- tables ---

// The roles repeat what the elements say, for the narrow layout shows cells as blocks.
function table(caption, heads, rows) {
  const cell = (content, i) => h("td", { role: "cell", "data-head": heads[i + 1] }, content);
  const row = ({ cells: [first, ...rest], below }) => [
    h("tr", { role: "row" }, h("th", { role: "rowheader", scope: "row" }, first), rest.map(cell)),
    below && h("tr", { role: "row", class: "below" }, h("td", { role: "cell", colspan: heads.length }, below)),
  ];
  return h("div", { class: "table-box" }, h("table", { role: "table", class: `cols-${heads.length}` },
    h("caption", { class: "unseen" }, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads.map((head) => h("th", { role: "columnheader", scope: "col" }, head)))),
    h("tbody", { role: "rowgroup" }, rows.map(row))));
}

const about = (description, schema) => [
  markdown(description),
  api.constraints(schema).map((one) => h("p", { class: "rule" }, inlines(one))),
];

function shortExample(value) {
  if (value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return h("code", null, text.length > 60 ? `${text.slice(0, 57)}…` : text);
}

const need = (required) => (required ? h("strong", null, "Yes") : "No");
const typeCode = (schema) => h("span", { class: "type" }, api.typeLabel(schema));

// `example` is the example of the whole, which serves every field that has none of its own.
function fieldRow({ name, schema, required }, mode, example) {
  const own = api.givenExample(schema) ?? example?.[name];
  const folded = api.hasShape(schema, mode);
  const inner = Array.isArray(own) ? own[0] : own;
  return {
    cells: [h("code", null, name), typeCode(schema), need(required), about(api.normal(schema).description, schema), folded ? "" : shortExample(own)],
    below: folded && lazyDetails(["Fields of ", h("code", null, name)], () => schemaView(schema, mode, inner, name)),
  };
}

function schemaView(schema, mode, example, title) {
  const { rows, variants } = api.shape(schema, mode);
  const heads = ["Name", "Type", "Required", "Description", "Example"];
  return [
    rows.length ? table(`Fields of ${title}`, heads, rows.map((row) => fieldRow(row, mode, example))) : "",
    variants.map((variant, i) => lazyDetails(`Option ${i + 1}: ${api.typeLabel(variant)}`, () => [
      about(api.normal(variant).description, variant), schemaView(variant, mode, undefined, `option ${i + 1}`),
    ], i === 0)),
  ];
}

function mediaView(kind, media, mode, title) {
  const examples = api.mediaExamples(media, mode);
  const value = examples[0]?.value;
  return [
    h("p", { class: "soft" }, h("code", null, kind), media.schema && [" ", typeCode(media.schema)]),
    media.schema && [about(api.normal(media.schema).description, media.schema),
      schemaView(media.schema, mode, Array.isArray(value) ? value[0] : value, title)],
    examples.map((one) => [markdown(one.description), codeBlock(one.title, api.asText(one.value))]),
  ];
}

// --- one operation ---

function paramTable(params) {
  return table("Parameters", ["Name", "In", "Type", "Required", "Description", "Example"], params.map((param) => ({
    cells: [h("code", null, param.name), param.in, typeCode(param.schema), need(param.required),
      about(param.description ?? api.normal(param.schema).description, param.schema), shortExample(api.paramExample(param))],
  })));
}

function headerTable(headers, title) {
  return table(`Headers of ${title}`, ["Name", "Type", "Description", "Example"], Object.entries(headers).map(([name, raw]) => {
    const header = api.deref(raw);
    return { cells: [h("code", null, name), typeCode(header.schema), about(header.description, header.schema), shortExample(api.paramExample(header))] };
  }));
}

function responseView(response) {
  const { status, description = "", headers = {}, content = {} } = response;
  const [first] = description.split(/\n\s*\n/);
  // plain text: a link inside a summary could not be reached on its own
  const title = [h("span", { class: `status s${status[0]}` }, status), " ", h("span", null, inlines(first)).textContent];
  return lazyDetails(title, () => [
    markdown(description.slice(first.length)),
    Object.keys(headers).length ? [h("h5", null, "Headers"), headerTable(headers, status)] : "",
    Object.keys(content).length ? h("h5", null, "Body") : h("p", { class: "soft" }, "No body."),
    Object.entries(content).map(([kind, media]) => mediaView(kind, media, "response", `response ${status}`)),
  ], status.startsWith("2"));
}

const section = (title, ...content) => h("section", { class: "part" }, h("h4", null, title), content);

function operationBody(op) {
  return [
    markdown(op.description),
    h("p", { class: "soft" }, op.wantsKey ? ["Needs an API key in the ", h("code", null, api.KEY_HEADER), " header."] : "Needs no API key."),
    op.params.length ? section("Parameters", paramTable(op.params)) : "",
    op.body && section("Request body", markdown(op.body.description),
      op.body.required ? "" : h("p", { class: "soft" }, "May be left out."),
      mediaView(op.body.kind, op.body.media, "request", "the request body")),
    section("cURL", codeBlock("cURL", api.curl(op, location.origin))),
    section("Responses", op.responses.map(responseView)),
    lazyDetails("Try it", () => tryForm(op)),
  ];
}

function operationView(op) {
  const article = h("article", { id: op.id, class: "op" },
    h("h3", { tabindex: -1 }, op.summary ?? `${op.method} ${op.path}`, op.deprecated && h("span", { class: "old" }, "Deprecated")),
    h("p", { class: "route" }, badge(op.method), h("code", null, breakable(op.path)),
      h("a", { href: `#${encodeURIComponent(op.id)}`, class: "anchor" }, "Link", h("span", { class: "unseen" }, ` to ${op.summary ?? op.id}`))));
  try {
    if (op.broken) throw op.broken;
    article.append(h("div", null, operationBody(op)));
  } catch (error) {
    article.append(h("p", { class: "problem" }, `This operation could not be drawn: ${error.message}`));
  }
  return article;
}

// --- try it ---

function field(label, control, hint) {
  control.id = `docs-control-${++controls}`;
  if (hint) control.setAttribute("aria-describedby", `${control.id}-hint`);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control,
    hint && h("p", { class: "soft", id: `${control.id}-hint` }, hint));
}

function keyField() {
  const input = h("input", { type: "password", autocomplete: "off", spellcheck: "false", class: "api-key" });
  input.value = apiKey;
  input.addEventListener("input", () => {
    apiKey = input.value;
    for (const other of document.querySelectorAll("input.api-key")) if (other !== input) other.value = apiKey;
  });
  return field("API key", input, "Kept in this page's memory only; gone when you leave or reload.");
}

function paramField(param, inputs) {
  const hint = api.paramExample(param);
  const attrs = { required: Boolean(param.required), autocomplete: "off", spellcheck: "false" };
  const input = param.isList ? h("textarea", { ...attrs, rows: 2 }) : h("input", { ...attrs, type: "text" });
  input.value = api.prefill(param);
  if (hint !== undefined && !input.value) input.placeholder = `e.g. ${param.isList ? [].concat(hint).join(", ") : api.asText(hint)}`;
  inputs.set(param, input);
  const label = [h("code", null, param.name), ` (${param.in}${param.required ? ", required" : ""})`];
  return field(label, input, param.isList && "One value a line.");
}

function bodyFields(op) {
  const { examples, isJson } = op.body;
  const area = h("textarea", { rows: 12, spellcheck: "false", autocomplete: "off", class: "body" });
  area.value = examples.length ? api.asText(examples[0].value) : "";
  const pick = h("select", { onchange: () => { area.value = api.asText(examples[pick.value].value); } },
    examples.map((one, i) => h("option", { value: i }, one.title)));
  return { area, fields: [examples.length > 1 && field("Start from example", pick), field(isJson ? "JSON body" : `Body (${op.body.kind})`, area)] };
}

function tryForm(op) {
  const inputs = new Map();
  const { area, fields } = op.body ? bodyFields(op) : {};
  const sendable = op.params.filter((param) => param.in !== "cookie"); // a page may not set the Cookie header
  const send = h("button", { type: "submit" }, "Send");
  const status = h("p", { class: "outcome", role: "status" });
  const answer = h("div");
  const form = h("form", null,
    h("p", { class: "soft" }, "Sends a real request to this server."),
    op.wantsKey && keyField(), sendable.map((param) => paramField(param, inputs)), fields, send, status, answer);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.getAttribute("aria-disabled")) return;
    send.setAttribute("aria-disabled", "true"); // not `disabled`, which would drop the focus
    answer.replaceChildren();
    status.textContent = "Sending…";
    try {
      checkBody(op, area);
      const request = api.buildRequest(op, (param) => inputs.get(param)?.value ?? "", area?.value ?? "");
      await showAnswer(await timedFetch(op, request), status, answer);
    } catch (error) {
      status.textContent = `Not sent or not answered: ${error.message}`;
    }
    send.removeAttribute("aria-disabled");
  });
  return form;
}

function checkBody(op, area) {
  area?.removeAttribute("aria-invalid");
  if (!op.body?.isJson || area.value.trim() === "") return;
  try {
    JSON.parse(area.value);
  } catch (error) {
    area.setAttribute("aria-invalid", "true");
    area.focus();
    throw new Error(`the body is not valid JSON (${error.message})`);
  }
}

async function timedFetch(op, { url, ...init }) {
  if (op.wantsKey && apiKey) init.headers[api.KEY_HEADER] = apiKey;
  const start = performance.now();
  // no redirect is followed, lest the key travel with it
  const response = await fetch(url, { ...init, credentials: "omit", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(60_000) });
  return { response, text: await response.text(), took: Math.round(performance.now() - start) };
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

async function showAnswer({ response, text, took }, status, answer) {
  status.replaceChildren(h("span", { class: `status s${String(response.status)[0]}` }, String(response.status)),
    ` ${response.statusText} in ${took} ms`);
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  const shown = pretty(text);
  answer.replaceChildren(
    codeBlock("Response headers", headers),
    shown ? codeBlock("Response body", shown.slice(0, SHOWN_LIMIT)) : h("p", { class: "soft" }, "No body."),
    shown.length > SHOWN_LIMIT ? h("p", { class: "soft" }, `Cut after ${SHOWN_LIMIT} of ${shown.length} characters.`) : "");
}

// --- page: navigation, filter, deep links ---

function drawGroup({ name, description, ops }) {
  const links = h("ul", { "aria-label": name });
  const part = h("section", { class: "tag" }, h("h2", null, name), markdown(description));
  for (const op of ops) {
    const link = h("a", { href: `#${encodeURIComponent(op.id)}`, onclick: closeMenu }, badge(op.method), " ", h("span", null, breakable(op.path)));
    const article = operationView(op);
    const words = [op.method, op.path, op.summary, op.description, op.id, ...(op.tags ?? [])].join(" ").toLowerCase();
    entries.push({ op, article, link, words });
    links.append(h("li", null, link));
    part.append(article);
  }
  byId("docs-links").append(h("div", { class: "tag-links" }, h("p", { class: "tag-name", "aria-hidden": "true" }, name), links));
  byId("docs-main").append(part);
}

function filter() {
  const wanted = byId("docs-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const { article, link, words } of entries) {
    const hidden = !wanted.every((word) => words.includes(word));
    article.hidden = hidden;
    link.parentNode.hidden = hidden;
  }
  for (const group of document.querySelectorAll(".tag, .tag-links")) {
    group.hidden = !group.querySelector(":scope > article:not([hidden]), :scope > ul > li:not([hidden])");
  }
  const shown = entries.filter(({ article }) => !article.hidden).length;
  byId("docs-count").textContent = wanted.length ? `${shown} of ${entries.length} operations` : `${entries.length} operations`;
}

function closeMenu() {
  if (!WIDE.matches) byId("docs-menu").open = false;
}

function followHash() {
  let id = location.hash.slice(1);
  try { id = decodeURIComponent(id); } catch { /* a stray % is taken as it stands */ }
  const entry = entries.find(({ op }) => op.id === id);
  if (!entry) return;
  if (entry.article.hidden) {
    byId("docs-filter").value = "";
    filter();
  }
  entry.article.scrollIntoView();
  entry.article.querySelector("h3").focus({ preventScroll: true });
  markCurrent(entry.article);
}

function markCurrent(article) {
  for (const entry of entries) {
    if (entry.article === article) entry.link.setAttribute("aria-current", "location");
    else entry.link.removeAttribute("aria-current");
  }
  keepInView(document.querySelector(".side"), document.querySelector("[aria-current]"));
}

// scrollIntoView would also move the page, which is what the reader is moving just now
function keepInView(scroller, link) {
  const [outer, inner] = [scroller.getBoundingClientRect(), link.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > innerHeight) scroller.scrollTop += inner.top - outer.top - outer.height / 2;
}

function watchScroll() {
  const seen = new IntersectionObserver((changes) => {
    const now = changes.find((change) => change.isIntersecting);
    if (now) markCurrent(now.target);
  }, { rootMargin: "-15% 0px -80% 0px" });
  for (const { article } of entries) seen.observe(article);
}

function fitMenu() {
  byId("docs-menu").open = WIDE.matches; // on a wide screen the menu is a column that stays open
}

function drawDocument(doc) {
  const title = doc.info?.title ?? "API reference";
  document.title = title;
  byId("docs-title").textContent = title;
  byId("docs-version").textContent = doc.info?.version ? `Version ${doc.info.version}` : "";
  api.setDocument(doc);
  entries.length = 0; // a second try starts afresh
  byId("docs-main").replaceChildren(h("div", { class: "intro" }, markdown(doc.info?.description)));
  byId("docs-links").replaceChildren();
  api.tagGroups().forEach(drawGroup);
  filter();
  followHash();
  watchScroll();
}

async function fetchDocument() {
  const response = await fetch("/openapi.json", { credentials: "omit", cache: "no-cache", headers: { Accept: "application/json" } })
    .catch(() => { throw new Error("The server did not answer."); });
  if (!response.ok) throw new Error(`The server answered ${response.status} ${response.statusText}.`);
  const doc = await response.json().catch(() => { throw new Error("The answer is not valid JSON."); });
  if (typeof doc?.openapi !== "string") throw new Error("The answer is not an OpenAPI document.");
  return doc;
}

async function load() {
  try {
    drawDocument(await fetchDocument());
  } catch (error) {
    byId("docs-main").replaceChildren(h("div", { class: "problem", role: "alert" },
      h("h2", null, "The API document could not be shown"),
      h("p", null, error.message, " It should be at ", h("a", { href: "/openapi.json" }, "/openapi.json"), "."),
      h("button", { type: "button", onclick: load }, "Try again")));
  }
}

fitMenu();
WIDE.addEventListener("change", fitMenu);
addEventListener("hashchange", followHash);
byId("docs-filter").addEventListener("input", filter);
load();
