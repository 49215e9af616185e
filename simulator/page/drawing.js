// Draws messages. What a bot writes is never trusted: text becomes text nodes, addresses are checked.

import { failureNote, ticks } from "/page/whatsapp.js";

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const time = new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Jakarta" });
const day = new Intl.DateTimeFormat("id-ID", {
  weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "Asia/Jakarta",
});
const full = new Intl.DateTimeFormat("id-ID", {
  weekday: "long", day: "numeric", month: "short", year: "numeric",
  hour: "2-digit", minute: "2-digit", timeZone: "Asia/Jakarta",
});

export const dayOf = (seconds) => day.format(new Date(seconds * 1000));
export const fullTime = (milliseconds) => `${full.format(new Date(milliseconds))} WIB`;
export const initials = (name) => [...name.replace(/^(Bu|Pak)\s+/, "")].slice(0, 1).join("").toUpperCase();
export const hue = (id) => Math.abs(Number(id) % 6);

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} MB`;
}

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

function safeAddress(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "tg:", "mailto:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(address, children) {
  const href = safeAddress(address);
  if (!href) return element("span", {}, ...children);
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function marked(entity, words, children, actions) {
  switch (entity.type) {
    case "text_link": return link(entity.url, children);
    case "url": return link(words, children);
    case "email": return link(`mailto:${words}`, children);
    case "bot_command":
      return element("button", { type: "button", class: "command", onclick: () => actions.say(words) }, ...children);
    case "spoiler":
      return element("button", {
        type: "button", class: "spoiler", "aria-label": "Tampilkan teks tersembunyi",
        onclick: (event) => event.currentTarget.classList.add("shown"),
      }, ...children);
    default: return element(TAGS[entity.type] ?? "span", {}, ...children);
  }
}

// Offsets count UTF-16 units, and so do the strings of JavaScript.
export function richText(text, entities, actions, start = 0, end = text.length) {
  const nodes = [];
  let position = start;
  const rest = entities.filter((entity) => entity.offset >= start && entity.offset + entity.length <= end);
  while (rest.length) {
    const entity = rest.shift();
    if (entity.offset < position) continue;
    if (entity.offset > position) nodes.push(text.slice(position, entity.offset));
    const stop = entity.offset + entity.length;
    const inside = rest.filter((other) => other.offset >= entity.offset && other.offset + other.length <= stop);
    const words = text.slice(entity.offset, stop);
    nodes.push(marked(entity, words, richText(text, inside, actions, entity.offset, stop), actions));
    position = stop;
  }
  if (position < end) nodes.push(text.slice(position, end));
  return nodes;
}

function picture(message) {
  const file = message.file;
  const image = element("img", { src: file.url, alt: `Foto: ${message.text || file.name}`, loading: "lazy" });
  if (file.width) Object.assign(image, { width: file.width, height: file.height });
  return element("a", { class: "picture", href: file.url, target: "_blank", rel: "noopener" }, image);
}

function document_(message) {
  const file = message.file;
  const ending = (file.name.split(".").pop() || "").slice(0, 4).toUpperCase();
  const note = sizeOf(file.size);
  const properties = { class: "file", href: file.url, target: "_blank", rel: "noopener", "data-testid": "file" };
  if (!message.protected) properties.download = file.name;
  const card = element("a", properties,
    element("span", { class: "ending", "aria-hidden": "true" }, ending),
    element("span", { class: "file-text" },
      element("span", { class: "file-name" }, file.name), element("span", { class: "file-size" }, note)));
  if (!file.is_image) return card;
  return element("div", {}, picture(message), card);
}

const NOTICES = {
  new_chat_members: (value) => `${value.map((user) => user.first_name).join(", ")} bergabung`,
  left_chat_member: (value) => `${value.first_name} keluar`,
  migrate_to_chat_id: () => "Grup ini menjadi supergrup",
  migrate_from_chat_id: () => "Supergrup ini berasal dari grup biasa",
};

function content(message) {
  const { extra } = message;
  switch (message.kind) {
    case "photo": return picture(message);
    case "document": return document_(message);
    case "sticker": return element("p", { class: "sticker" }, extra.sticker.emoji);
    case "voice": return element("p", { class: "odd" }, `Pesan suara, ${extra.voice.duration} detik`);
    case "location": return element("p", { class: "odd" },
      `Lokasi ${extra.location.latitude}, ${extra.location.longitude}`);
    case "contact": return element("p", { class: "odd" }, `Kontak: ${extra.contact.first_name}, ${extra.contact.phone_number}`);
    default: return null;
  }
}

function keyboard(message, actions) {
  if (!message.buttons.length || message.failure) return null;
  const rows = message.buttons.map((row) => element("div", { class: "row" }, ...row.map((button) => {
    if (button.url) {
      const href = safeAddress(button.url);
      return element("a", {
        class: "key link", href, target: "_blank", rel: "noopener noreferrer", "data-testid": "key-link",
        onclick: (event) => actions.follow(event, href),
      }, button.label, " ↗");
    }
    return element("button", {
      type: "button", class: "key", "data-testid": "key", "data-data": button.data ?? "",
      onclick: (event) => actions.tap(message, button, event.currentTarget),
    }, button.label, button.description ? element("small", {}, button.description) : null);
  })));
  const heading = message.extra.list ? element("p", { class: "list-title" }, message.extra.list) : null;
  return element("div", { class: "keyboard", "data-testid": "keyboard" }, ...(heading ? [heading] : []), ...rows);
}

function lock() {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 12 12");
  drawing.setAttribute("class", "lock");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M3 5V3.500a3 3 0 0 1 6 0V5h.5a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zm1.500 0h3V3.500a1.500 1.500 0 0 0-3 0z");
  drawing.append(path);
  return drawing;
}

function meta(message) {
  const marks = [];
  if (message.protected) marks.push(element("span", { class: "mark", title: "Tidak dapat diteruskan" }, lock(), "dilindungi"));
  if (message.edited) marks.push(element("span", { class: "mark" }, "diedit"));
  marks.push(element("time", {}, time.format(new Date(message.date * 1000))));
  if (message.receipt && !message.failure) marks.push(ticks(message.receipt));
  return element("p", { class: "meta" }, ...marks);
}

export function drawMessage(message, { own, showName, isWhatsApp, actions }) {
  if (message.kind === "service") {
    const [name, words] = Object.entries(NOTICES).find(([key]) => key in message.extra) ?? [];
    return element("div", { class: "message notice", "data-key": message.key, "data-testid": "message" },
      words ? words(message.extra[name]) : "Pemberitahuan");
  }
  const side = own ? "own" : "theirs";
  const who = message.from_bot ? actions.botName() : message.anonymous ? actions.title() : message.sender.name;
  const bubble = element("div", { class: `bubble ${message.kind}` });
  if (showName && !own) {
    bubble.append(element("p", { class: "name", "data-hue": message.from_bot ? "bot" : hue(message.sender.id) }, who));
  }
  if (message.reply_to) {
    bubble.append(element("p", { class: "quote" },
      element("strong", {}, message.reply_to.name ?? actions.botName()), element("span", {}, message.reply_to.text)));
  }
  const body = content(message);
  if (body) bubble.append(body);
  if (message.text) {
    bubble.append(element("div", { class: "text", "data-testid": "text" },
      ...richText(message.text, message.entities, actions)));
  }
  bubble.append(meta(message));
  if (message.failure) bubble.append(failureNote(message.failure));
  const tools = element("div", { class: "tools" },
    element("button", { type: "button", tabIndex: -1, "aria-label": "Jawab pesan ini", onclick: () => actions.reply(message) }, "Balas"),
    own && message.kind === "text" && !isWhatsApp
      ? element("button", { type: "button", tabIndex: -1, "aria-label": "Perbaiki pesan ini", onclick: () => actions.edit(message) }, "Ubah") : null);
  const item = element("div", {
    class: `message ${side}`, "data-key": message.key, "data-testid": "message",
    "data-from": message.from_bot ? "bot" : "person",
  }, element("span", { class: "sr-only" }, `${own ? "Anda" : who}: `), bubble, keyboard(message, actions), tools);
  if (message.failure) item.dataset.failure = message.failure;
  if (message.album) item.dataset.album = message.album;
  if (message.protected) item.dataset.protected = "true";
  return item;
}

// The list of those who may hold a phone; drawn again only when it has changed, so that it stays open.
export function drawPeople(select, list, marked, chosen) {
  const options = list.map((person) => {
    const note = person.note ? ` (${person.note})` : "";
    return new Option(`${marked.has(person.id) ? "● " : ""}${person.name}${note}`, person.id, false, person.id === chosen);
  });
  const same = options.length === select.options.length
    && options.every((option, at) => option.text === select.options[at].text && option.value === select.options[at].value);
  if (!same) select.replaceChildren(...options);
}

export function drawReplyKeyboard(box, rows, say) {
  box.hidden = rows.length === 0;
  box.replaceChildren(...rows.map((row) => element("div", { class: "row" }, ...row.map((key) => {
    const label = typeof key === "string" ? key : key.text;
    return element("button", { type: "button", class: "key", onclick: () => say(label) }, label);
  }))));
}
