// One phone on the page: a chat, who holds the phone, and everything that can be done with it.

import { dayOf, drawMessage, drawPeople, drawReplyKeyboard, element, initials } from "/page/drawing.js";
import { acceptDrops, attachments, commands, Menu } from "/page/menu.js";
import { windowWords } from "/page/whatsapp.js";
import { ask, send, sendFiles } from "/page/wire.js";

const PAGE_SIZE = 80;

export class Phone {
  constructor(name, desk) {
    this.name = name;
    this.isWhatsApp = name === "whatsapp";
    this.isProvider = name === "provider" || this.isWhatsApp;
    this.desk = desk;
    this.chat = null;
    this.person = null;
    this.known = new Map();
    this.context = null;
    this.waiting = new Map();
    this.overtaken = new Set();
    this.follows = true;
    this.scrolledTo = 0;
    this.root = document.getElementById("phone").content.cloneNode(true).firstElementChild;
    this.root.dataset.phone = name;
    this.root.id = `phone-${name}`;
    this.root.setAttribute("aria-label", desk.titleOf(name));
    this.menu = new Menu(this.part("menu"));
    this.listen();
  }

  part(testid) {
    return this.root.querySelector(`[data-testid="${testid}"]`);
  }

  // What it shows

  async show(chat, person) {
    if (this.chat === chat && this.person === person) return;
    const moved = this.chat !== chat;
    if (this.person !== person) this.part("toast").hidden = true;
    this.chat = chat;
    this.person = person;
    this.setContext(null);
    this.head();
    if (moved) await this.load();
    else this.redraw();
    this.refresh();
  }

  async load() {
    const chat = this.chat;
    this.known.clear();
    this.part("messages").replaceChildren();
    this.part("older").hidden = true;
    if (chat === null) return this.refresh();
    const { messages, more } = await ask(`/simulator/chats/${chat}/messages?limit=${PAGE_SIZE}`);
    if (this.chat !== chat) return;
    this.part("older").hidden = !more;
    for (const message of messages) this.take(message, { quiet: true });
    this.refresh();
    this.toEnd();
  }

  async loadOlder() {
    const first = Math.min(...this.known.keys());
    const { messages, more } = await ask(`/simulator/chats/${this.chat}/messages?limit=${PAGE_SIZE}&before=${first}`);
    const scroller = this.part("scroller");
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    for (const message of messages) this.known.set(message.key, message);
    this.redraw();
    this.part("older").hidden = !more;
    scroller.scrollTop = scroller.scrollHeight - fromEnd;
  }

  take(message, { quiet = false } = {}) {
    const before = this.known.get(message.key);
    if (before && before.version >= message.version) return;
    // An edit of a message that has not been loaded yet will be seen when it is.
    if (!before && !quiet && !this.part("older").hidden && message.key < Math.min(...this.known.keys())) return;
    const list = this.part("messages");
    const node = list.querySelector(`[data-key="${message.key}"]`);
    if (message.deleted) {
      this.known.delete(message.key);
      node?.remove();
      this.refresh();
      return;
    }
    const { follows } = this;
    this.known.set(message.key, message);
    const drawn = this.draw(message);
    if (node) {
      const focused = node.contains(document.activeElement) ? document.activeElement.textContent : null;
      node.replaceWith(drawn);
      if (!quiet && message.edited) drawn.classList.add("changed");
      if (focused) [...drawn.querySelectorAll("button")].find((b) => b.textContent === focused)?.focus();
    } else this.place(drawn, message, list);
    if (quiet) return;
    if (follows || this.isOwn(message)) this.toEnd();
    else if (!node) this.part("jump").hidden = false;
    this.refresh();
  }

  place(drawn, message, list) {
    const last = list.lastElementChild;
    if (last && Number(last.dataset.key) > message.key) return this.redraw();
    const before = [...this.known.values()].at(-2);
    if (!before || dayOf(before.date) !== dayOf(message.date)) {
      list.append(element("div", { class: "day" }, dayOf(message.date)));
    }
    list.append(drawn);
  }

  redraw() {
    this.known = new Map([...this.known].sort(([a], [b]) => a - b));
    const list = this.part("messages");
    list.replaceChildren();
    let day = null;
    for (const message of this.known.values()) {
      if (dayOf(message.date) !== day) {
        day = dayOf(message.date);
        list.append(element("div", { class: "day" }, day));
      }
      list.append(this.draw(message));
    }
  }

  draw(message) {
    return drawMessage(message, {
      own: this.isOwn(message),
      showName: this.name === "group",
      isWhatsApp: this.isWhatsApp,
      actions: {
        say: (text) => this.say(text),
        tap: (of, button, node) => this.tap(of, button, node),
        follow: (event, address) => this.follow(event, address),
        reply: (of) => this.setContext({ kind: "reply", message: of }),
        edit: (of) => this.setContext({ kind: "edit", message: of }),
        botName: () => this.desk.bot.name,
        title: () => this.desk.chats.get(this.chat)?.title ?? "",
      },
    });
  }

  isOwn(message) {
    return message.sender?.id === this.person && !message.from_bot;
  }

  head() {
    const group = this.desk.chats.get(this.chat);
    const person = this.desk.people.get(this.person);
    const inGroup = this.name === "group";
    const title = inGroup ? group?.title ?? "Grup petugas" : this.desk.bot.name;
    this.part("chat-title").textContent = title;
    const avatar = this.root.querySelector(".avatar");
    avatar.textContent = initials(title);
    avatar.dataset.hue = inGroup ? "group" : "bot";
    const counted = group?.members.filter((member) => !["left", "kicked"].includes(member.status)).length ?? 0;
    const whose = this.isWhatsApp && !person?.note ? person?.address?.replace("whatsapp:", "") : person?.note;
    const words = inGroup ? `Grup, ${counted} petugas dan bot` : `Ponsel ${person?.name ?? ""}`;
    this.part("chat-subtitle").textContent = whose && !inGroup ? `${words}, ${whose}` : words;
    const label = this.root.querySelector(".who span");
    label.textContent = { provider: "Penyedia", whatsapp: "Penyedia", group: "Bertindak sebagai", staff: "Petugas" }[this.name];
    this.part("add-person").hidden = !this.isProvider;
    this.part("commands").hidden = this.isWhatsApp;
    this.root.querySelector(".samples").hidden = !this.isProvider;
    this.showWindow();
  }

  people(list, marked) {
    const select = this.part("acting-as");
    drawPeople(select, list, marked, this.person);
    if (this.person !== null) select.value = String(this.person);
  }

  refresh() {
    const person = this.desk.people.get(this.person);
    const group = this.desk.chats.get(this.chat);
    const isPrivate = this.name !== "group";
    const isEmpty = this.known.size === 0;
    const blocked = isPrivate && person?.blocked;
    const fresh = isPrivate && isEmpty && !blocked;
    const outside = !isPrivate && !group?.members.some((m) => m.id === this.person && !["left", "kicked"].includes(m.status));
    const closed = blocked || fresh || outside;
    this.part("closed").hidden = !closed;
    const button = this.part("closed").firstElementChild;
    button.textContent = blocked ? "Buka blokir" : fresh ? "Mulai" : "Bukan anggota grup";
    button.disabled = outside;
    this.part("composer").hidden = closed;
    this.root.querySelector(".samples").hidden = closed || !this.isProvider;
    const empty = this.part("empty");
    empty.hidden = !isEmpty;
    empty.textContent = fresh ? "Belum ada percakapan. Tekan Mulai untuk menyapa bot." : "Belum ada pesan.";
    this.keys(isPrivate ? this.desk.keyboards.get(this.chat) : group?.keyboard, closed);
    const pinned = this.part("pinned");
    pinned.hidden = !group?.pinned;
    pinned.textContent = group?.pinned ? `Disematkan: ${group.pinned.text.split("\n")[0]}` : "";
  }

  // How long the office may still write freely.
  showWindow() {
    const words = this.isWhatsApp ? windowWords(this.desk.people.get(this.person), Date.now() + this.desk.ahead) : null;
    const line = this.part("window");
    line.hidden = !words;
    if (!words) return;
    line.textContent = words.text;
    line.dataset.open = String(words.isOpen);
  }

  keys(keyboard, closed) {
    drawReplyKeyboard(this.part("reply-keyboard"), closed ? [] : keyboard?.keyboard ?? [], (label) => this.say(label));
  }

  // Scrolling

  isAtEnd() {
    const scroller = this.part("scroller");
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  }

  toEnd() {
    const scroller = this.part("scroller");
    scroller.scrollTop = scroller.scrollHeight;
    this.follows = true;
    this.part("jump").hidden = true;
  }

  // What is done

  async act(what, body = {}) {
    try {
      return await send(`/simulator/chats/${this.chat}/${what}`, { person: this.person, ...body });
    } catch (error) {
      this.toast(error.message);
      return null;
    }
  }

  say(text, more = {}) {
    return this.act("say", { text, ...more });
  }

  async submit() {
    const input = this.part("input");
    const text = input.value.trim();
    if (!text) return;
    const context = this.context;
    input.value = "";
    this.grow();
    this.setContext(null);
    const done = context?.kind === "edit"
      ? await this.act("edit", { message: context.message.key, text })
      : await this.say(text, context ? { reply_to: context.message.key } : {});
    if (!done) input.value = text;
    this.toEnd();
  }

  async tap(message, button, node) {
    if (node.getAttribute("aria-busy") === "true") return;
    node.setAttribute("aria-busy", "true");
    const rest = () => node.removeAttribute("aria-busy");
    const tap = await this.act("tap", { message: message.key, button: button.data ?? button.label });
    if (!tap || tap.answered) return rest();
    if (this.overtaken.delete(tap.id)) return rest();
    this.waiting.set(tap.id, rest);
    setTimeout(rest, 10000);
  }

  answered(tap) {
    if (tap.person !== this.person || tap.chat !== this.chat) return;
    const rest = this.waiting.get(tap.id);
    // The bot's answer may overtake the reply that tells us the number of the tap.
    if (rest) rest();
    else this.overtaken.add(tap.id);
    this.waiting.delete(tap.id);
    if (!tap.text) return;
    if (tap.show_alert) this.alert(tap.text);
    else this.toast(tap.text);
  }

  // A link to the bot itself opens its chat on this page, as Telegram would.
  follow(event, address) {
    const url = address ? new URL(address) : null;
    if (url?.host !== "t.me" || url.pathname !== `/${this.desk.bot.username}`) return;
    event.preventDefault();
    this.desk.greet(this.person, url.searchParams.get("start") ?? "");
  }

  alert(text) {
    const dialog = this.part("alert");
    dialog.firstElementChild.textContent = text;
    if (!dialog.open) dialog.showModal();
  }

  toast(text) {
    const toast = this.part("toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { toast.hidden = true; }, 4000);
  }

  async offer(files) {
    const chosen = [...files].slice(0, 10);
    this.menu.close();
    if (!chosen.length) return;
    const wish = await this.desk.sheet(chosen);
    if (!wish) return;
    try {
      await sendFiles(`/simulator/chats/${this.chat}/files`, { person: this.person, ...wish }, chosen);
    } catch (error) {
      this.toast(error.message);
    }
    this.toEnd();
  }

  setContext(context) {
    this.context = context;
    const line = this.part("context");
    line.hidden = !context;
    const input = this.part("input");
    if (!context) return;
    const verb = context.kind === "edit" ? "Mengubah" : "Membalas";
    line.firstElementChild.textContent = `${verb}: ${context.message.text || context.message.file?.name || ""}`;
    if (context.kind === "edit") input.value = context.message.text;
    input.focus();
    this.grow();
  }

  grow() {
    const input = this.part("input");
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 140)}px`;
  }

  // Menus

  listen() {
    const input = this.part("input");
    const on = (testid, event, action) => this.part(testid).addEventListener(event, action);
    on("composer", "submit", (event) => { event.preventDefault(); this.submit(); });
    input.setAttribute("aria-label", `Tulis pesan, ${this.desk.titleOf(this.name)}`);
    input.addEventListener("input", () => this.grow());
    input.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) { event.preventDefault(); this.offer(event.clipboardData.files); }
    });
    input.addEventListener("keydown", (event) => this.pressed(event));
    on("attach", "click", (event) => this.menu.open(event.currentTarget, attachments(this)));
    on("commands", "click", async (event) => {
      const opener = event.currentTarget;
      this.menu.open(opener, await commands(this));
    });
    on("file-input", "change", async (event) => {
      await this.offer(event.target.files);
      event.target.value = "";
    });
    on("older", "click", () => this.loadOlder());
    on("jump", "click", () => this.toEnd());
    on("toast", "click", () => { this.part("toast").hidden = true; });
    on("scroller", "scroll", () => {
      const { scrollTop } = this.part("scroller");
      // A picture may have grown since the end was reached: only who goes up has left it.
      if (this.isAtEnd()) this.follows = true;
      else if (scrollTop < this.scrolledTo) this.follows = false;
      this.scrolledTo = scrollTop;
      if (this.follows) this.part("jump").hidden = true;
    });
    // Pictures grow when they are loaded, and the place for them shrinks: whoever reads the end stays there.
    const sizes = new ResizeObserver(() => { if (this.follows) this.toEnd(); });
    for (const testid of ["messages", "scroller"]) sizes.observe(this.part(testid));
    on("acting-as", "change", (event) => this.desk.choose(this.name, Number(event.target.value)));
    on("add-person", "click", () => this.desk.newcomer(this.isWhatsApp ? "whatsapp" : "telegram"));
    on("closed", "click", () => this.open());
    this.part("context").lastElementChild.addEventListener("click", () => { input.value = ""; this.setContext(null); });
    for (const chip of this.root.querySelectorAll("[data-sample]")) {
      chip.addEventListener("click", () => this.act("sample", { kind: chip.dataset.sample }));
    }
    this.root.addEventListener("click", (event) => {
      if (!event.target.closest("[aria-haspopup], .menu")) this.menu.close();
    });
    acceptDrops(this.root, () => !this.part("composer").hidden, (files) => this.offer(files));
  }

  open() {
    if (this.desk.people.get(this.person)?.blocked) this.desk.block(this.person, false);
    else if (this.name !== "group") this.act("start");
    setTimeout(() => this.part("input").focus(), 150);
  }

  pressed(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") {
      event.target.value = "";
      this.setContext(null);
    } else if (event.key === "ArrowUp" && !event.target.value) {
      const mine = (message) => event.ctrlKey ? !this.isOwn(message) : this.isOwn(message) && message.kind === "text";
      const message = [...this.known.values()].reverse().find(mine);
      if (message) { event.preventDefault(); this.setContext({ kind: event.ctrlKey ? "reply" : "edit", message }); }
    }
  }
}
