// The small menu above the composer: opened by a button, walked with the arrow keys.

import { element } from "/page/drawing.js";
import { phoneSettings } from "/page/whatsapp.js";
import { ask } from "/page/wire.js";

export class Menu {
  constructor(box) {
    this.box = box;
    this.opener = null;
    box.addEventListener("keydown", (event) => this.walk(event));
  }

  open(opener, entries) {
    const wasOpen = this.opener === opener;
    this.close();
    if (wasOpen) return;
    this.opener = opener;
    opener.setAttribute("aria-expanded", "true");
    this.box.replaceChildren(...entries.map(([label, action, note]) => element("button", {
      type: "button", role: "menuitem", onclick: () => { this.close(); action(); },
    }, element("span", {}, label), note ? element("small", {}, note) : null)));
    this.box.hidden = false;
    this.box.firstElementChild?.focus();
  }

  close() {
    this.box.hidden = true;
    this.opener?.setAttribute("aria-expanded", "false");
    this.opener = null;
  }

  walk(event) {
    const items = [...this.box.children];
    const at = items.indexOf(document.activeElement);
    if (event.key === "Escape") {
      const opener = this.opener;
      this.close();
      opener?.focus();
    } else if (event.key === "ArrowDown") items[(at + 1) % items.length].focus();
    else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length].focus();
    else return;
    event.preventDefault();
  }
}

// What can be sent besides text, and how the phone itself is.
export function attachments(phone) {
  const { desk, person } = phone;
  return [
    ["Foto atau berkas …", () => phone.part("file-input").click()],
    ["Contoh dokumen (PDF)", () => phone.act("sample", { kind: "document" })],
    ["Contoh foto (JPEG)", () => phone.act("sample", { kind: "photo" })],
    ["Contoh album (3 foto)", () => phone.act("sample", { kind: "album" })],
    ["Stiker", () => phone.act("sticker")],
    ["Pesan suara", () => phone.act("voice")],
    ["Lokasi", () => phone.act("location")],
    ["Kontak", () => phone.act("contact")],
    ...(phone.isWhatsApp ? phoneSettings(desk.people.get(person), (wish) => desk.turn(person, wish)) : []),
    ...(phone.name === "group" ? [] : [["Blokir bot", () => desk.block(person, true)]]),
  ];
}

export async function commands(phone) {
  const found = await ask(`/simulator/chats/${phone.chat}/commands?person=${phone.person}`);
  if (!found.length) return [["Bot belum memasang perintah", () => phone.part("input").focus()]];
  return found.map(({ command, description }) => [`/${command}`, () => phone.say(`/${command}`), description]);
}

// Files dropped anywhere on the phone.
export function acceptDrops(root, isOpen, take) {
  let depth = 0;
  const hovering = (change) => {
    depth = Math.max(depth + change, 0);
    root.classList.toggle("hovered", depth > 0 && isOpen());
  };
  root.addEventListener("dragenter", (event) => { event.preventDefault(); hovering(1); });
  root.addEventListener("dragleave", () => hovering(-1));
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    hovering(-depth);
    if (isOpen()) take(event.dataTransfer.files);
  });
}
