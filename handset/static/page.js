// What does the handset's page show? Phones, the chosen phone, the carrier's behaviour; all from /handset.

const REQUEST_FIELDS = [
  ["lose_answer", "accepted, answer lost"],
  ["error_after", "accepted, answer 500"],
  ["malformed", "accepted, answer torn"],
  ["server_error", "not accepted, 503"],
  ["throttle", "not accepted, 429"],
  ["cut_before", "not accepted, cut off"],
  ["redirect", "not accepted, sent elsewhere"],
];
const CALLBACK_FIELDS = [
  ["callback_duplicate", "twice"],
  ["callback_out_of_order", "out of order"],
  ["callback_before_answer", "before the answer"],
  ["callback_never", "never"],
];
const WEBHOOK_FIELDS = [
  ["webhook_forged", "a forged one first"],
  ["webhook_lost", "lost on the way"],
];
const SECONDS_FIELDS = [
  ["delay_seconds", "until the answer"],
  ["listing_delay_seconds", "until listed"],
  ["callback_delay_seconds", "callbacks late"],
];
const FIELDS = [...REQUEST_FIELDS, ...CALLBACK_FIELDS, ...WEBHOOK_FIELDS, ...SECONDS_FIELDS];

const isShare = (name) => !name.endsWith("_seconds");
const byId = (id) => document.getElementById(id);
const timeFormat = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hour12: false });
const dayFormat = new Intl.DateTimeFormat("en", { weekday: "long", month: "long", day: "numeric" });

let chosen = decodeURIComponent(location.hash.slice(1)) || null;
let behaviour = {};
let protocols = new Map();

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

async function call(method, path, body) {
  const answer = await fetch(`/handset/${path}`, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const content = await answer.json();
  if (!answer.ok) {
    const detail = content.detail;
    throw new Error(Array.isArray(detail) ? detail.map((d) => d.msg).join("; ") : detail);
  }
  return content;
}

function readable(number) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts ? `+1 ${parts[1]} ${parts[2]} ${parts[3]}` : number;
}

function named(e164) {
  const protocol = protocols.get(e164);
  return protocol ? `${readable(e164)} · ${protocol}` : readable(e164);
}

function fillSelect(select, numbers, preferred) {
  const before = select.value;
  select.replaceChildren(...numbers.map((e164) => new Option(named(e164), e164)));
  select.value = numbers.includes(before) ? before : (preferred ?? numbers[0] ?? "");
}

async function ourNumbers() {
  const { items } = await call("GET", "accounts");
  const numbers = items.flatMap((account) =>
    account.numbers
      .filter((number) => number.kind !== "alphanumeric")
      .map((number) => [number.e164, account.protocol]),
  );
  protocols = new Map(numbers);
  return [...protocols.keys()];
}

function phoneButton(phone) {
  const button = make(
    "button",
    { type: "button" },
    make("span", { className: "who", textContent: readable(phone.customer) }),
    make("time", {
      className: "when",
      dateTime: phone.last.at,
      textContent: timeFormat.format(new Date(phone.last.at)),
    }),
    make("span", {
      className: "last",
      textContent: (phone.last.direction === "inbound" ? "You: " : "") + phone.last.body,
    }),
  );
  button.dataset.customer = phone.customer;
  button.setAttribute("aria-current", String(phone.customer === chosen));
  button.addEventListener("click", () => choose(phone.customer));
  return make("li", {}, button);
}

function bubble(text) {
  const isMine = text.direction === "inbound";
  const time = timeFormat.format(new Date(text.at));
  const number = `${readable(text.number)} · ${text.protocol}`;
  let note = `${time} · ${number}`;
  if (!text.arrives) note = `${time} · did not arrive (${text.error_code}) · ${text.protocol}`;
  else if (isMine) note = `${time} · to ${number}`;
  if (text.media.length) note = `${text.media.map((media) => media.content_type).join(", ")} · ${note}`;
  return make(
    "li",
    { className: [isMine && "mine", !text.arrives && "lost"].filter(Boolean).join(" ") },
    make("span", { className: "unseen", textContent: isMine ? "You wrote: " : "Received: " }),
    make("span", { className: "body", textContent: text.body || "(empty)" }),
    make("span", { className: "note", textContent: note }),
  );
}

function bubbles(texts) {
  const items = [];
  let day = "";
  for (const text of texts) {
    const now = dayFormat.format(new Date(text.at));
    if (now !== day) items.push(make("li", { className: "day", textContent: now }));
    day = now;
    items.push(bubble(text));
  }
  return items;
}

async function showPhones() {
  const [{ items }, numbers] = await Promise.all([call("GET", "phones"), ourNumbers()]);
  const focused = document.activeElement?.dataset?.customer;
  byId("phones").replaceChildren(...items.map(phoneButton));
  if (focused) byId("phones").querySelector(`[data-customer="${focused}"]`)?.focus();
  byId("no-phones").hidden = items.length > 0;
  fillSelect(byId("write-to"), numbers);
  if (!items.some((phone) => phone.customer === chosen)) chosen = items[0]?.customer ?? null;
  await showPhone(items.find((phone) => phone.customer === chosen), numbers);
}

async function showPhone(phone, numbers) {
  byId("welcome").hidden = Boolean(phone);
  byId("phone").hidden = !phone;
  if (!phone) return;
  const customer = phone.customer;
  const { items } = await call("GET", `texts?all=true&customer=${encodeURIComponent(customer)}`);
  if (customer !== chosen) return;
  const list = byId("bubbles");
  const latest = String(items.at(-1)?.id);
  if (list.dataset.customer !== customer || list.dataset.latest !== latest) {
    if (list.dataset.customer !== customer) byId("answer-to").value = "";
    list.replaceChildren(...bubbles(items));
    list.scrollTop = list.scrollHeight;
    Object.assign(list.dataset, { customer, latest });
  }
  byId("phone-title").textContent = readable(customer);
  const out = phone.opted_out.map(readable).join(", ");
  byId("phone-state").textContent = out ? `Stopped texts from ${out}` : "Customer’s phone";
  byId("phone-state").toggleAttribute("data-out", Boolean(out));
  fillSelect(byId("answer-to"), [...new Set([...phone.numbers, ...numbers])], phone.numbers[0]);
  for (const button of byId("phones").querySelectorAll("button"))
    button.setAttribute("aria-current", String(button.dataset.customer === customer));
}

async function choose(customer) {
  chosen = customer;
  history.replaceState(null, "", `#${encodeURIComponent(customer)}`);
  await refresh();
  byId("answer-body").focus();
}

async function send(form, text) {
  const problem = form.querySelector(".problem");
  problem.textContent = "";
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const { webhook } = await call("POST", "texts?wait=true", text);
    if (!webhook.answered) {
      const reason = webhook.error || `answered ${webhook.http_status}`;
      problem.textContent = `Written, but ${readable(text.to)} did not take it: ${reason}`;
    }
    return true;
  } catch (error) {
    problem.textContent = error.message;
    return false;
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

function numberField([name, label]) {
  const input = make("input", {
    id: `field-${name}`,
    name,
    type: "number",
    min: 0,
    max: isShare(name) ? 100 : 86400,
    step: "any",
    required: true,
  });
  return make(
    "div",
    { className: "field" },
    make("label", { htmlFor: input.id, textContent: label }),
    input,
  );
}

async function showBehaviour() {
  const { magic_numbers: magic, ...settings } = await call("GET", "behaviour");
  if (JSON.stringify(settings) !== JSON.stringify(behaviour)) {
    behaviour = settings;
    byId("callbacks").checked = settings.callbacks;
    for (const [name] of FIELDS)
      byId(`field-${name}`).value = isShare(name) ? +(settings[name] * 100).toFixed(2) : settings[name];
    const outcome = byId("outcome");
    const value = `${settings.outcome}:${settings.error_code ?? ""}`;
    if (![...outcome.options].some((option) => option.value === value))
      outcome.append(new Option(value.replace(":", ", "), value));
    outcome.value = value;
    byId("account-problem").value = settings.account_problem ?? "";
    byId("mood").textContent = mood(settings);
  }
  if (!byId("magic").hasChildNodes())
    byId("magic").append(
      ...Object.entries(magic).map(([number, rules]) =>
        make(
          "tr",
          {},
          make("th", { scope: "row", textContent: readable(number) }),
          make("td", { textContent: explain(rules) }),
        ),
      ),
    );
}

function mood(settings) {
  const own = Object.keys(settings.numbers).length;
  const isGood =
    settings.callbacks &&
    settings.account_problem === null &&
    settings.outcome === "delivered" &&
    FIELDS.every(([name]) => settings[name] === 0);
  const general = isGood ? "Behaves well." : "Misbehaves as set below.";
  return own ? `${general} ${own} number${own > 1 ? "s have their" : " has its"} own rules.` : general;
}

const words = (code) => String(code).replaceAll("_", " ");

function explain(rules) {
  if (rules.reject) return `refused, ${words(rules.reject_code)}`;
  if (rules.outcome === "sent") return "sent, no receipt";
  if (rules.outcome) return `${rules.outcome}, ${words(rules.error_code)}`;
  const labels = new Map(FIELDS);
  return Object.entries(rules)
    .map(([name, value]) => {
      if (!isShare(name)) return `${value} s ${labels.get(name)}`;
      return `${name.startsWith("callback_") ? "callbacks " : ""}${labels.get(name)}`;
    })
    .join("; ");
}

async function applyBehaviour(settings, problem) {
  problem.textContent = "";
  try {
    await call("PUT", "behaviour", settings);
    await showBehaviour();
  } catch (error) {
    problem.textContent = error.message;
  }
}

let isRefreshing = false;
let mustRefresh = false;

async function refresh() {
  mustRefresh = true;
  if (isRefreshing) return;
  isRefreshing = true;
  try {
    while (mustRefresh) {
      mustRefresh = false;
      await Promise.all([showPhones(), showBehaviour()]);
    }
  } finally {
    isRefreshing = false;
  }
}

function showConnection(isLive) {
  byId("connection").textContent = isLive ? "Live" : "Not connected, trying again…";
  byId("connection").toggleAttribute("data-live", isLive);
}

byId("base-url").textContent = location.origin;
byId("request-fields").append(...REQUEST_FIELDS.map(numberField));
byId("callback-fields").append(...CALLBACK_FIELDS.map(numberField));
byId("webhook-fields").append(...WEBHOOK_FIELDS.map(numberField));
byId("seconds-fields").append(...SECONDS_FIELDS.map(numberField));

byId("answer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const body = byId("answer-body");
  const text = { from: chosen, to: byId("answer-to").value, body: body.value };
  if (await send(form, text)) body.value = "";
  body.focus();
});
byId("answer-body").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("answer").requestSubmit();
  }
});
for (const button of document.querySelectorAll(".quick button"))
  button.addEventListener("click", () =>
    send(byId("answer"), { from: chosen, to: byId("answer-to").value, body: button.dataset.text }),
  );
byId("write-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const text = Object.fromEntries(new FormData(form));
  if (await send(form, text)) {
    byId("write-body").value = "";
    await choose(text.from);
  }
});
byId("behaviour-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const [outcome, code] = byId("outcome").value.split(":");
  const settings = {
    ...behaviour,
    callbacks: byId("callbacks").checked,
    outcome,
    error_code: /^\d+$/.test(code) ? Number(code) : code || null,
    account_problem: byId("account-problem").value || null,
  };
  for (const [name] of FIELDS)
    settings[name] = Number(byId(`field-${name}`).value) / (isShare(name) ? 100 : 1);
  applyBehaviour(settings, form.querySelector(".problem"));
});
byId("behave").addEventListener("click", () =>
  applyBehaviour({}, byId("behaviour-form").querySelector(".problem")),
);

const events = new EventSource("/handset/events");
events.addEventListener("ready", async () => {
  await refresh();
  showConnection(true);
});
events.addEventListener("changed", refresh);
events.addEventListener("error", () => showConnection(false));
