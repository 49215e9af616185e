// The page: which phones there are, who holds them, the news that comes in, and the clock of the demo.

import { element, fullTime, sizeOf } from "/page/drawing.js";
import { Phone } from "/page/phone.js";
import { ask, send } from "/page/wire.js";

const TITLES = { provider: "Penyedia", whatsapp: "WhatsApp", group: "Grup", staff: "Petugas" };
const ROLES = { provider: "provider", whatsapp: "whatsapp" };
const part = (testid) => document.querySelector(`[data-testid="${testid}"]`);

class Desk {
  constructor() {
    this.bot = { name: "Bot" };
    this.people = new Map();
    this.chats = new Map();
    this.keyboards = new Map();
    this.phones = new Map();
    this.chosen = {};
    this.unread = new Set();
    this.offset = null;
    this.ahead = 0;
    this.shape = [];
  }

  titleOf(name) {
    return TITLES[name] ?? name;
  }

  async refresh() {
    const state = await ask("/simulator/state");
    this.bot = state.bot;
    document.title = `${state.bot.name} · simulator`;
    part("bot-name").textContent = state.bot.name;
    this.people = new Map(state.people.map((person) => [person.id, person]));
    this.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
    this.shape = state.phones;
    this.ahead = state.now * 1000 - Date.now();
    const both = state.phones.some(({ channel }) => channel === "whatsapp");
    part("about").textContent = `${both ? "Telegram dan WhatsApp" : "Telegram"} tiruan di komputer ini. Tidak ada pesan yang keluar.`;
    for (const { name } of state.phones) if (!this.phones.has(name)) this.add(name);
    part("clock").hidden = !state.has_clock;
    if (state.has_clock && this.offset === null) this.readClock();
    await this.arrange();
  }

  add(name) {
    const phone = new Phone(name, this);
    this.phones.set(name, phone);
    document.querySelector(".phones").append(phone.root);
    const tab = element("button", {
      type: "button", role: "tab", id: `tab-${name}`, "data-tab": name, "data-testid": `tab-${name}`,
      "aria-controls": phone.root.id, onclick: () => this.turnTo(name),
    }, this.titleOf(name), element("span", { class: "dot", hidden: true }));
    document.querySelector(".tabs").append(tab);
    if (this.phones.size === 1) this.turnTo(name);
  }

  turnTo(name) {
    document.body.dataset.shown = name;
    for (const tab of document.querySelectorAll("[data-tab]")) {
      tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
      if (tab.dataset.tab === name) tab.querySelector(".dot").hidden = true;
    }
    for (const phone of this.phones.values()) phone.root.classList.toggle("shown", phone.name === name);
    this.phones.get(name)?.toEnd();
  }

  async arrange() {
    const shown = [];
    for (const { name, people, chat } of this.shape) {
      const phone = this.phones.get(name);
      const role = ROLES[name] ?? "staff";
      if (!people.includes(this.chosen[role])) this.chosen[role] = people[0] ?? null;
      const person = this.chosen[role];
      this.unread.delete(person);
      phone.people(people.map((id) => this.people.get(id)).filter(Boolean), this.unread);
      shown.push(phone.show(name === "group" ? chat : person, person));
    }
    await Promise.all(shown);
    for (const phone of this.phones.values()) {
      phone.people(this.peopleOf(phone.name), this.unread);
      phone.head();
      phone.refresh();
      if (phone.name !== "group" && phone.chat !== null) this.readKeyboard(phone);
    }
  }

  peopleOf(name) {
    const { people = [] } = this.shape.find((each) => each.name === name) ?? {};
    return people.map((id) => this.people.get(id)).filter(Boolean);
  }

  async readKeyboard(phone) {
    const chat = await ask(`/simulator/chats/${phone.chat}`).catch(() => null);
    if (!chat) return;
    this.keyboards.set(chat.id, chat.keyboard);
    phone.refresh();
  }

  choose(name, person) {
    this.chosen[ROLES[name] ?? "staff"] = person;
    return this.arrange();
  }

  greet(person, payload) {
    const phone = [...this.phones.values()].find((each) => each.chat === person);
    if (!phone) return;
    this.turnTo(phone.name);
    phone.act("start", { payload });
  }

  async block(person, blocks) {
    await send(`/simulator/people/${person}/${blocks ? "block" : "unblock"}`, {});
    await this.refresh();
  }

  // News

  take({ kind, thing }) {
    if (kind === "message") this.arrived(thing);
    else if (kind === "toast") for (const phone of this.phones.values()) phone.answered(thing);
    else if (kind === "clock") { this.readClock(); this.soon(); }
    else if (kind !== "typing") this.soon();
  }

  arrived(message) {
    let seen = false;
    for (const phone of this.phones.values()) {
      if (phone.chat !== message.chat) continue;
      seen = true;
      const isNew = !message.edited && !phone.known.has(message.key);
      phone.take(message);
      if (isNew && document.body.dataset.shown !== phone.name) {
        document.querySelector(`[data-tab="${phone.name}"] .dot`).hidden = false;
      }
    }
    if (!seen && message.from_bot && !this.unread.has(message.chat)) {
      this.unread.add(message.chat);
      for (const phone of this.phones.values()) phone.people(this.peopleOf(phone.name), this.unread);
    }
  }

  // The state of a phone with WhatsApp: switched off or on, its number hidden or not.
  async turn(person, wish) {
    await send(`/simulator/twilio/people/${person}`, wish);
    await this.refresh();
  }

  soon() {
    clearTimeout(this.coming);
    this.coming = setTimeout(() => this.refresh().catch(() => {}), 60);
  }

  follow() {
    const news = new EventSource("/simulator/events");
    news.addEventListener("hello", async () => {
      part("offline").hidden = true;
      for (const phone of this.phones.values()) phone.chat = null;
      await this.refresh();
      document.body.dataset.ready = "true";
    });
    news.addEventListener("change", (event) => this.take(JSON.parse(event.data)));
    news.addEventListener("error", () => { part("offline").hidden = false; });
  }

  // Dialogs

  sheet(files) {
    const sheet = part("sheet");
    const images = files.every((file) => /^image\/(jpeg|png|webp)$/.test(file.type));
    const addresses = [];
    sheet.querySelector(".sheet-files").replaceChildren(...files.map((file) => {
      const picture = file.type.startsWith("image/") ? element("img", { alt: "" }) : element("span", { class: "ending" },
        file.name.split(".").pop().slice(0, 4).toUpperCase());
      if (picture.tagName === "IMG") addresses.push(picture.src = URL.createObjectURL(file));
      return element("li", {}, picture, element("span", { class: "file-name" }, file.name),
        element("span", { class: "file-size" }, sizeOf(file.size)));
    }));
    sheet.querySelector(".sheet-as").hidden = !images;
    part(images ? "as-photo" : "as-document").checked = true;
    part("caption").value = "";
    return new Promise((resolve) => {
      sheet.returnValue = "cancel";
      sheet.addEventListener("close", () => {
        addresses.forEach((address) => URL.revokeObjectURL(address));
        resolve(sheet.returnValue === "send"
          ? { as: part("as-photo").checked ? "photo" : "document", caption: part("caption").value } : null);
      }, { once: true });
      sheet.showModal();
      part("sheet-send").focus();
    });
  }

  newcomer(channel) {
    const dialog = part("newcomer");
    const input = part("newcomer-name");
    input.value = "";
    dialog.returnValue = "cancel";
    dialog.addEventListener("close", async () => {
      const name = input.value.trim();
      if (dialog.returnValue !== "add" || !name) return;
      const person = await send("/simulator/people", { name, channel });
      this.chosen[channel === "whatsapp" ? "whatsapp" : "provider"] = person.id;
      await this.refresh();
    }, { once: true });
    dialog.showModal();
  }

  // The clock of the demo

  async readClock(answer = null) {
    if (part("clock").hidden) return;
    try {
      const { now } = await (answer ?? ask("/simulator/clock"));
      this.offset = Date.parse(now) - Date.now();
      this.showClock();
    } catch (error) {
      part("clock-now").textContent = "jam belum menjawab";
      this.offset = null;
    }
  }

  showClock() {
    if (this.offset !== null) part("clock-now").textContent = fullTime(Date.now() + this.offset);
  }

  async advance(button) {
    const buttons = [...document.querySelectorAll("[data-advance]")];
    buttons.forEach((each) => { each.disabled = true; });
    await this.readClock(send("/simulator/clock", { advance: button.dataset.advance }));
    buttons.forEach((each) => { each.disabled = false; });
    button.focus();
  }
}

const desk = new Desk();
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => desk.advance(button));
}
// Enter in a dialog presses its first button, which is "Batal": the main one is meant.
for (const dialog of document.querySelectorAll("dialog.sheet")) {
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    dialog.querySelector("button.primary").click();
  });
}
document.querySelector(".tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const names = [...desk.phones.keys()];
  const next = names[(names.indexOf(document.body.dataset.shown) + step + names.length) % names.length];
  desk.turnTo(next);
  document.getElementById(`tab-${next}`).focus();
});
setInterval(() => { desk.showClock(); for (const phone of desk.phones.values()) phone.showWindow(); if (desk.offset === null && !part("clock").hidden) desk.readClock(); }, 5000);
desk.follow();
