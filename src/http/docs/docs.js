// Reads the OpenAPI document of this very server and shows it: operations, parameters, schemas, a form to try each GET.
// Text from the document goes into the page as text nodes only.

const METHODS = ["get", "post", "put", "patch", "delete"];
const LONGEST_SHOWN = 20000;
const WORDS = {
  zh: {
    parameters: "参数", body: "请求正文", answers: "回答", schemas: "数据结构", schema: "结构", name: "名称", place: "位置", type: "类型",
    about: "说明", try: "试一试", send: "发送", waiting: "等待回答", cut: "（以下省略）", search: "筛选", problems: "问题类型", other: "其他",
    none: "没有符合的条目", unread: "无法读取 openapi.json", binary: "二进制内容", bytes: "字节", language: "English",
  },
  en: {
    parameters: "Parameters", body: "Request body", answers: "Answers", schemas: "Schemas", schema: "Schema", name: "Name", place: "In", type: "Type",
    about: "About", try: "Try it", send: "Send", waiting: "Waiting", cut: "(cut here)", search: "Filter", problems: "Problems", other: "Other",
    none: "Nothing fits", unread: "openapi.json cannot be read", binary: "binary content", bytes: "bytes", language: "中文",
  },
};

let language = localStorage.getItem("onemap-language") === "en" ? "en" : "zh";
let api = null;

const word = (key) => WORDS[language][key];

/** An element with attributes and children; texts become text nodes, absent children are left out. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** What a reference inside the document points at; anything else is itself. */
function resolved(value) {
  if (!value?.$ref?.startsWith("#/")) return value;
  return value.$ref.slice(2).split("/").reduce((at, key) => at?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], api);
}

const schemaId = (name) => `schema-${name}`;
const operationId = (method, path) => `${method}-${path.replaceAll(/[^a-zA-Z0-9]+/g, "-")}`;

/** A schema in one line, with links to the named ones. */
function typeOf(schema) {
  if (!schema) return ["any"];
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    return [element("a", { href: `#${schemaId(name)}` }, name)];
  }
  for (const [key, glue] of [["oneOf", " | "], ["anyOf", " | "], ["allOf", " & "]]) {
    if (schema[key]) return schema[key].flatMap((part, index) => (index ? [glue, ...typeOf(part)] : typeOf(part)));
  }
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (schema.enum) return [schema.enum.map((value) => JSON.stringify(value)).join(" | ")];
  const types = [schema.type ?? "any"].flat();
  return types.flatMap((type, index) => [
    index ? " | " : "",
    ...(type === "array" ? ["[", ...typeOf(schema.items ?? schema.prefixItems?.[0]), "]"] : [type + (schema.format ? ` (${schema.format})` : "")]),
  ]);
}

function limitsOf(schema) {
  const shown = { minimum: "≥", maximum: "≤", minLength: "len ≥", maxLength: "len ≤", minItems: "items ≥", maxItems: "items ≤", pattern: "~", default: "=" };
  return Object.entries(shown).filter(([key]) => schema?.[key] !== undefined).map(([key, sign]) => `${sign} ${schema[key]}`).join(", ");
}

function table(headings, rows) {
  const head = element("tr", {}, headings.map((heading) => element("th", { scope: "col" }, heading)));
  const body = rows.map((cells) => element("tr", {}, cells.map((cell) => element("td", {}, ...[cell].flat()))));
  return element("div", { class: "table" }, element("table", {}, element("thead", {}, head), element("tbody", {}, body)));
}

const nameCell = (name, required) => element("code", { class: required ? "required" : null }, name);

function parametersOf(parameters) {
  if (!parameters.length) return [];
  const rows = parameters.map((one) => [
    nameCell(one.name, one.required), one.in, [...typeOf(one.schema), " ", element("span", { class: "quiet" }, limitsOf(resolved(one.schema)))], one.description ?? "",
  ]);
  return [element("h4", {}, word("parameters")), table([word("name"), word("place"), word("type"), word("about")], rows)];
}

const contentRows = (content) => Object.entries(content ?? {}).map(([media, value]) => element("div", {}, element("code", {}, media), " ", ...typeOf(value.schema)));

function bodyOf(body) {
  return body ? [element("h4", {}, word("body")), element("div", {}, body.description ?? ""), ...contentRows(body.content)] : [];
}

function answersOf(responses) {
  const rows = Object.entries(responses ?? {}).map(([status, reference]) => {
    const response = resolved(reference);
    return [element("code", {}, status), response.description ?? "", contentRows(response.content)];
  });
  return [element("h4", {}, word("answers")), table(["", word("about"), word("schema")], rows)];
}

/** The field of a parameter in the form: a choice when its values are listed, else a text. */
function field(parameter) {
  const schema = resolved(parameter.schema) ?? {};
  const shared = { name: parameter.name, "data-in": parameter.in, required: parameter.required };
  const values = schema.enum ?? (schema.type === "boolean" ? [true, false] : null);
  const example = parameter.example ?? schema.example ?? schema.default;
  const control = values
    ? element("select", shared, element("option", { value: "" }, ""), values.map((value) => element("option", {}, String(value))))
    : element("input", { ...shared, autocomplete: "off", spellcheck: "false", placeholder: example === undefined ? null : String(example) });
  return element("label", {}, element("span", { class: parameter.required ? "required" : null }, parameter.name), control);
}

function addressOf(path, form) {
  const query = new URLSearchParams();
  let filled = path;
  for (const control of form.querySelectorAll("[data-in]")) {
    if (control.dataset.in === "path") filled = filled.replace(`{${control.name}}`, encodeURIComponent(control.value));
    else if (control.dataset.in === "query" && control.value !== "") query.append(control.name, control.value);
  }
  const text = query.toString();
  return `.${filled}${text ? `?${text}` : ""}`;
}

async function textOf(response) {
  const media = response.headers.get("content-type") ?? "";
  if (!/json|text|xml|javascript/.test(media)) {
    return `${word("binary")}, ${(await response.arrayBuffer()).byteLength} ${word("bytes")}, ${media}`;
  }
  const text = await response.text();
  const shown = /json/.test(media) && text.length < LONGEST_SHOWN * 10 ? JSON.stringify(JSON.parse(text), null, 2) : text;
  return shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}\n${word("cut")}` : shown;
}

function tryOf(path, parameters) {
  const line = element("div", { class: "mono quiet", "aria-live": "polite" });
  const output = element("pre", { hidden: true, tabindex: "0" });
  const fields = parameters.filter((one) => one.in === "path" || one.in === "query").map(field);
  const form = element("form", { class: "try" }, fields, element("button", { class: "main" }, word("send")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const address = addressOf(path, form);
    line.replaceChildren(`${word("waiting")} ${address}`);
    const began = performance.now();
    try {
      const response = await fetch(address, { redirect: "follow" });
      output.textContent = await textOf(response);
      const mark = element("span", { class: `status ${response.ok ? "good" : "bad"}` }, `${response.ok ? "✓" : "✕"} ${response.status}`);
      line.replaceChildren(mark, ` GET ${address} · ${Math.round(performance.now() - began)} ms`);
    } catch (error) {
      output.textContent = String(error);
      line.replaceChildren(element("span", { class: "status bad" }, "✕"), ` GET ${address}`);
    }
    output.hidden = false;
  });
  return [element("h4", {}, word("try")), form, line, output];
}

function operationCard({ method, path, operation, shared }) {
  const parameters = [...shared, ...(operation.parameters ?? [])].map(resolved);
  return element("section", { class: "card", id: operationId(method, path) },
    element("h3", {}, element("span", { class: `method ${method}` }, method.toUpperCase()), path),
    element("div", {}, operation.summary ?? ""),
    operation.description ? element("p", { class: "quiet" }, operation.description) : null,
    parametersOf(parameters), bodyOf(resolved(operation.requestBody)), answersOf(operation.responses),
    method === "get" ? tryOf(path, parameters) : null);
}

function schemaCard(name, schema) {
  const whole = schema.allOf ? schema.allOf.map(resolved) : [schema];
  const required = whole.flatMap((part) => part.required ?? []);
  const rows = whole.flatMap((part) => Object.entries(part.properties ?? {})).map(([key, value]) => [
    nameCell(key, required.includes(key)), [...typeOf(value), " ", element("span", { class: "quiet" }, limitsOf(value))], value.description ?? "",
  ]);
  return element("section", { class: "card", id: schemaId(name) }, element("h3", {}, name), element("div", { class: "quiet" }, schema.description ?? ""),
    rows.length ? table([word("name"), word("type"), word("about")], rows) : element("div", { class: "mono" }, ...typeOf(schema)));
}

function operations() {
  return Object.entries(api.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ method, path, operation: item[method], shared: item.parameters ?? [] })));
}

function show() {
  const wanted = document.getElementById("search").value.trim().toLowerCase();
  const fits = (...texts) => texts.some((text) => text?.toLowerCase().includes(wanted));
  const shown = operations().filter(({ path, method, operation }) => fits(`${method} ${path}`, operation.summary, operation.description));
  const schemas = Object.entries(api.components?.schemas ?? {}).filter(([name, schema]) => fits(name, schema.description));
  const groups = Map.groupBy
    ? Map.groupBy(shown, ({ operation }) => operation.tags?.[0] ?? "")
    : shown.reduce((all, one) => all.set(one.operation.tags?.[0] ?? "", [...(all.get(one.operation.tags?.[0] ?? "") ?? []), one]), new Map());

  const contents = [...groups].flatMap(([tag, members]) => [
    element("h2", {}, tag || word("other")),
    ...members.map(({ method, path }) => element("a", { href: `#${operationId(method, path)}` }, element("span", { class: `method ${method}` }, method.toUpperCase()), path)),
  ]);
  const named = schemas.length ? [element("h2", {}, word("schemas")), ...schemas.map(([name]) => element("a", { href: `#${schemaId(name)}` }, name))] : [];
  document.getElementById("contents").replaceChildren(...contents, ...named);

  const about = element("section", { class: "card" }, element("h3", {}, `${api.info.title} ${api.info.version}`),
    ...(api.info.description ?? "").split("\n\n").map((paragraph) => element("p", {}, paragraph)));
  const cards = [...[...groups.values()].flat().map(operationCard), ...schemas.map(([name, schema]) => schemaCard(name, schema))];
  const main = document.getElementById("document");
  main.replaceChildren(wanted ? "" : about, ...(cards.length ? cards : [element("p", { class: "quiet" }, word("none"))]));
  main.setAttribute("aria-busy", "false");
}

function label() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.getElementById("language").textContent = word("language");
  document.getElementById("search-label").textContent = word("search");
  document.getElementById("search").placeholder = word("search");
  document.getElementById("problems-link").textContent = word("problems");
}

async function start() {
  label();
  document.getElementById("search").addEventListener("input", () => api && show());
  document.getElementById("language").addEventListener("click", () => {
    language = language === "zh" ? "en" : "zh";
    localStorage.setItem("onemap-language", language);
    label();
    if (api) show();
  });
  try {
    const response = await fetch("openapi.json");
    if (!response.ok) throw new Error(String(response.status));
    api = await response.json();
    show();
    if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  } catch (error) {
    document.getElementById("document").replaceChildren(element("p", { class: "status bad" }, `✕ ${word("unread")}: ${error}`));
  }
}

start();
