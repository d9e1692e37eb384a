// Duty: turn the OpenAPI 3.1 document into plain facts: resolved schemas, type names, table rows,
// examples, requests and cURL text. It must not touch the page or the network, so that every answer
// depends on the document alone.

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];
const SAMPLE_TEXT = {
  "date-time": "2025-01-31T09:30:00Z", date: "2025-01-31", email: "ada@example.com",
  uri: "https://example.com", uuid: "3f0c1e6a-6f2b-4a57-9a35-0d6f6f1f2c11",
};
export const KEY_HEADER = "X-Api-Key";

let doc = {};
export const setDocument = (parsed) => { doc = parsed; };

// --- references and schemas ---

function target(ref) {
  if (!ref.startsWith("#")) return undefined; // another file would need another request
  const steps = decodeURIComponent(ref.slice(1)).split("/").slice(1);
  return steps.reduce((node, step) => node?.[step.replace(/~1/g, "/").replace(/~0/g, "~")], doc);
}

export function deref(node) {
  const seen = new Set();
  let out = node ?? {};
  while (typeof out.$ref === "string") {
    const { $ref, ...siblings } = out;
    const found = seen.has($ref) ? undefined : target($ref);
    if (found === undefined) return { description: `Reference not found: ${$ref}`, ...siblings };
    seen.add($ref);
    out = { ...found, ...siblings }; // 3.1 lets keywords stand beside $ref, and they win
  }
  return out;
}

const refName = (node) => (typeof node?.$ref === "string" ? node.$ref.split("/").pop() : undefined);
const isNull = (node) => deref(node).type === "null";

function mergeAllOf({ allOf, ...rest }, trail) {
  const parts = [...allOf.map((part) => normal(part, trail)), rest];
  const merged = Object.assign({}, ...parts);
  merged.properties = Object.assign({}, ...parts.map((part) => part.properties));
  merged.required = parts.flatMap((part) => part.required ?? []);
  merged.types = undefined; // worked out again below, from the merged keywords
  merged.name = rest.name ?? (allOf.length === 1 ? parts[0].name : undefined);
  if (allOf.length > 1) {
    // one part's text or example would pass for the whole
    for (const key of ["description", "title", "example", "examples"]) merged[key] = rest[key];
  }
  return merged;
}

function unwrapNull(schema, trail) {
  let out = schema;
  for (const key of ["oneOf", "anyOf"]) {
    const real = out[key]?.filter((option) => !isNull(option));
    if (!real || real.length === out[key].length) continue;
    const { [key]: _, ...rest } = out;
    const inner = real.length === 1 ? normal(real[0], trail) : { [key]: real };
    out = { ...inner, ...rest, name: rest.name ?? inner.name, nullable: true };
  }
  return out;
}

// The one form the rest of this file reads: no $ref, no allOf, null told apart from the real types.
// `trail` holds the references on the way here: a schema made of itself adds nothing, and must end.
export function normal(raw, trail = []) {
  if (raw === false) return { types: ["never"] };
  if (raw === true || raw === undefined || raw === null || trail.includes(raw.$ref)) return { types: [] };
  const next = typeof raw.$ref === "string" ? [...trail, raw.$ref] : trail;
  let schema = { ...deref(raw) };
  schema.name = refName(raw) ?? schema.name;
  if (Array.isArray(schema.allOf)) schema = mergeAllOf(schema, next);
  schema = unwrapNull(schema, next);
  const listed = [].concat(schema.type ?? []);
  const types = listed.filter((type) => type !== "null");
  if (!types.length && Object.keys(schema.properties ?? {}).length) types.push("object");
  if (!types.length && schema.items) types.push("array");
  const fixed = schema.const ?? schema.enum?.[0];
  if (!types.length && fixed !== undefined && fixed !== null && typeof fixed !== "object") types.push(typeof fixed);
  return { ...schema, types, nullable: schema.nullable === true || listed.includes("null") };
}

const options = (schema) => schema.oneOf ?? schema.anyOf ?? [];

export function typeLabel(raw, depth = 0) {
  const schema = normal(raw);
  if (depth > 5) return schema.name ?? "…"; // a list of itself would never end
  const label = options(schema).length && !schema.types.length
    ? optionsLabel(schema, depth)
    : schema.types.map((type) => oneType(type, schema, depth)).join(" | ");
  return (label || (schema.nullable ? "" : "any")) + (schema.nullable ? `${label ? " | " : ""}null` : "");
}

function optionsLabel(schema, depth) {
  if (depth && schema.name) return schema.name;
  return [...new Set(options(schema).map((option) => typeLabel(option, depth + 1)))].join(" | ");
}

function oneType(type, schema, depth) {
  if (type === "array") return `array of ${typeLabel(schema.items, depth + 1)}`;
  if (type !== "object") return schema.format ? `${type} (${schema.format})` : type;
  if (isMap(schema)) return `map of ${typeLabel(schema.additionalProperties, depth + 1)}`;
  return schema.name ?? "object";
}

const isMap = (schema) => !Object.keys(schema.properties ?? {}).length
  && schema.additionalProperties !== null && typeof schema.additionalProperties === "object";

function range(low, high, noun) {
  if (low === undefined && high === undefined) return undefined;
  if (low === high) return `${noun}: ${low}`;
  if (high === undefined) return `${noun}: at least ${low}`;
  return low === undefined ? `${noun}: at most ${high}` : `${noun}: ${low} to ${high}`;
}

const inline = (value) => `\`${typeof value === "string" && value !== "" ? value : JSON.stringify(value)}\``;

// `anyOf: [{required: [a]}, {required: [b]}]` has no rows of its own to show, so it is told in words.
function neededKeys(schema) {
  const sets = options(schema).map((option) => normal(option).required ?? []);
  if (!schema.types.includes("object") || !sets.length || sets.some((set) => !set.length)) return undefined;
  return `Needs ${schema.oneOf ? "exactly" : "at least"} one of: ${sets.map((set) => set.map(inline).join(" with ")).join(", ")}`;
}

export function constraints(raw) {
  const s = normal(raw);
  const values = s.enum ?? (s.types.includes("array") ? normal(s.items).enum : undefined);
  return [
    s.deprecated && "Deprecated",
    s.readOnly && "Read only",
    s.writeOnly && "Write only",
    s.const !== undefined && `Always ${inline(s.const)}`,
    values && `One of: ${values.map(inline).join(", ")}`,
    s.default !== undefined && `Default: ${inline(s.default)}`,
    range(s.minLength, s.maxLength, "Length"),
    range(s.minimum, s.maximum, "Value"),
    range(s.exclusiveMinimum, s.exclusiveMaximum, "Value, ends left out"),
    range(s.minItems, s.maxItems, "Items"),
    s.uniqueItems && "Items differ from each other",
    neededKeys(s),
    s.pattern && `Pattern: ${inline(s.pattern)}`,
  ].filter(Boolean);
}

// Rows and alternatives of whatever a reader would expand: an object, or the object inside a list.
export function shape(raw, mode, depth = 0) {
  const schema = normal(raw);
  if (depth > 5) return { rows: [], variants: [] };
  if (schema.types.includes("array") && !schema.types.includes("object")) return shape(schema.items, mode, depth + 1);
  const variants = options(schema);
  const telling = variants.some((option) => hasShape(option, mode, depth + 1));
  return { rows: rowsOf(schema, mode, depth), variants: telling ? variants : [] };
}

function rowsOf(schema, mode, depth) {
  const hidden = mode === "request" ? "readOnly" : "writeOnly";
  const rows = Object.entries(schema.properties ?? {})
    .filter(([, child]) => !normal(child)[hidden])
    .map(([name, child]) => ({ name, schema: child, required: (schema.required ?? []).includes(name) }));
  const extra = schema.additionalProperties;
  if (!extra || typeof extra !== "object") return rows;
  if (!rows.length && !hasShape(extra, mode, depth + 1)) return rows; // "map of string" says it all
  return [...rows, { name: rows.length ? "(any other key)" : "(any key)", schema: extra, required: false }];
}

export function hasShape(raw, mode, depth = 0) {
  const { rows, variants } = shape(raw, mode, depth);
  return rows.length + variants.length > 0;
}

// --- examples ---

export function givenExample(raw) {
  const schema = normal(raw);
  return schema.example ?? schema.examples?.[0] ?? schema.const;
}

export function sample(raw, mode, trail = []) {
  const schema = normal(raw);
  const given = givenExample(raw) ?? schema.default ?? schema.enum?.[0];
  if (given !== undefined) return given;
  const looped = schema.name !== undefined && trail.includes(schema.name);
  const next = schema.name === undefined ? trail : [...trail, schema.name];
  const first = options(schema)[0];
  if (first !== undefined && !schema.types.length) return looped ? null : sample(first, mode, next);
  const type = schema.types[0];
  if (type === "array") return looped || next.length > 12 ? [] : [sample(schema.items, mode, next)];
  if (type === "object") return looped ? {} : sampleObject(schema, mode, next);
  if (type === "string") return SAMPLE_TEXT[schema.format] ?? "string";
  if (type === "integer" || type === "number") return schema.minimum ?? 1;
  return type === "boolean" ? true : null;
}

function sampleObject(schema, mode, trail) {
  const named = rowsOf({ ...schema, additionalProperties: undefined }, mode, 0);
  const own = Object.fromEntries(named.map((row) => [row.name, sample(row.schema, mode, trail)]));
  const option = options(schema)[0];
  return option === undefined ? own : { ...own, ...sample(option, mode, trail) };
}

export function mediaExamples(media, mode) {
  const named = Object.entries(media.examples ?? {}).map(([name, raw]) => {
    const { summary, description, value } = deref(raw);
    return { title: summary ?? name, description, value };
  }).filter((one) => one.value !== undefined);
  if (named.length) return named;
  if (media.example !== undefined) return [{ title: "Example", value: media.example }];
  return media.schema === undefined ? [] : [{ title: "Example", value: sample(media.schema, mode) }];
}

export const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

// --- operations ---

export function tagGroups() {
  const ops = operations();
  const told = new Map((doc.tags ?? []).map((tag) => [tag.name, tag]));
  const names = new Set([...told.keys(), ...ops.map((op) => op.tag)]);
  return [...names].map((name) => ({ name, description: told.get(name)?.description, ops: ops.filter((op) => op.tag === name) }))
    .filter((group) => group.ops.length);
}

function operations() {
  return Object.entries(doc.paths ?? {}).flatMap(([path, raw]) => {
    const item = deref(raw);
    return Object.keys(item).filter((key) => METHODS.includes(key)).map((method) => tryOperation(path, method, item));
  });
}

// One broken entry must not take the others with it: it is listed, and says what is wrong.
function tryOperation(path, method, item) {
  try {
    return operation(path, method, item);
  } catch (error) {
    return { path, method: method.toUpperCase(), id: `${method} ${path}`, tag: "Other", params: [], broken: error };
  }
}

function operation(path, method, item) {
  const op = item[method];
  const security = op.security ?? doc.security;
  return {
    ...op, path,
    method: method.toUpperCase(),
    id: op.operationId ?? `${method}${path.replace(/[^A-Za-z0-9]+/g, "-")}`,
    tag: op.tags?.[0] ?? "Other",
    params: parameters(item.parameters, op.parameters),
    body: requestBody(op.requestBody),
    responses: Object.entries(op.responses ?? {}).map(([status, raw]) => ({ status, ...deref(raw) })),
    // a document that never speaks of security still has a key, so only an explicit "none" hides it
    wantsKey: security === undefined || security.some((need) => Object.keys(need).length),
  };
}

function parameters(shared = [], own = []) {
  const byPlace = new Map();
  for (const raw of [...shared, ...own]) {
    const param = deref(raw);
    const schema = param.schema ?? Object.values(param.content ?? {})[0]?.schema;
    byPlace.set(`${param.in} ${param.name}`, { ...param, schema, isList: normal(schema).types.includes("array") });
  }
  return [...byPlace.values()];
}

function requestBody(raw) {
  if (!raw) return undefined;
  const body = deref(raw);
  const kinds = Object.keys(body.content ?? {});
  const kind = kinds.find((name) => /[/+]json\b/.test(name)) ?? kinds[0];
  if (!kind) return undefined;
  const media = body.content[kind];
  return { ...body, kind, isJson: /[/+]json\b/.test(kind), media, examples: mediaExamples(media, "request") };
}

// --- requests ---

export function paramExample(param) {
  return param.example ?? Object.values(param.examples ?? {}).map(deref)[0]?.value ?? givenExample(param.schema);
}

// An optional parameter is prefilled only where the parameter itself gives an example: filling every
// filter from its schema would make a search that finds nothing.
export function prefill(param) {
  const own = param.example ?? Object.values(param.examples ?? {}).map(deref)[0]?.value;
  const value = own ?? (param.required ? givenExample(param.schema) : undefined);
  if (value === undefined) return "";
  return Array.isArray(value) ? value.join("\n") : asText(value);
}

function pieces(param, text) {
  if (!param.isList) return text === "" ? [] : [text];
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  return param.explode === false && lines.length ? [lines.join(",")] : lines;
}

function basePath() {
  const url = doc.servers?.[0]?.url ?? "";
  return /^\/(?!\/)/.test(url) ? url.replace(/\/+$/, "") : ""; // always the page's own origin
}

// `textOf` gives each parameter's text as typed; the page and the cURL example share this one builder.
export function buildRequest(op, textOf, bodyText) {
  let path = op.path;
  const query = [];
  const headers = {};
  for (const param of op.params) {
    const found = pieces(param, textOf(param));
    if (param.in === "path") path = path.replaceAll(`{${param.name}}`, () => encodeURIComponent(found.join(",")));
    if (param.in === "query") query.push(...found.map((one) => `${encodeURIComponent(param.name)}=${encodeURIComponent(one)}`));
    if (param.in === "header" && found.length) headers[param.name] = found.join(",");
  }
  const hasBody = op.body && bodyText.trim() !== "" && !["GET", "HEAD"].includes(op.method);
  if (hasBody) headers["Content-Type"] = op.body.kind;
  const url = basePath() + path + (query.length ? `?${query.join("&")}` : "");
  return { method: op.method, url, headers, body: hasBody ? bodyText : undefined };
}

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`; // a POSIX shell leaves all but ' alone

export function curl(op, origin) {
  const textOf = (param) => prefill(param) || (param.required ? param.name.toUpperCase() : "");
  const bodyText = op.body?.examples.length ? asText(op.body.examples[0].value) : "";
  const request = buildRequest(op, textOf, bodyText);
  const verb = { GET: "curl", HEAD: "curl --head" }[op.method] ?? `curl -X ${op.method}`;
  return [
    `${verb} ${quote(origin + request.url)}`,
    op.wantsKey && `-H "${KEY_HEADER}: $ROLO_KEY"`, // double quotes, so that the shell fills in the key
    ...Object.entries(request.headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    request.body !== undefined && `--data-raw ${quote(request.body)}`,
  ].filter(Boolean).join(" \\\n  ");
}
