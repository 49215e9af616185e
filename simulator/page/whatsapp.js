// What only a phone with WhatsApp shows: ticks, messages that did not arrive, and the 24-hour window.

import { element } from "/page/drawing.js";

const RECEIPTS = {
  accepted: ["◷", "Diterima Twilio"], queued: ["◷", "Diterima Twilio"],
  sent: ["✓", "Terkirim"], delivered: ["✓✓", "Sampai"], read: ["✓✓", "Dibaca"],
};

const FAILURES = {
  63003: "nomor tidak dikenal", 63014: "diblokir penerima", 63016: "di luar jendela 24 jam", 63018: "terlalu cepat",
  63019: "berkas tidak dapat diambil", 63021: "isi ditolak WhatsApp", 63024: "penerima tidak sah", 63028: "isian templat kurang",
  63034: "berkas terlalu besar", 63040: "templat ditolak", 63041: "templat dijeda", 63042: "templat dimatikan",
};

export function ticks(receipt) {
  const [drawn, words] = RECEIPTS[receipt] ?? ["", receipt];
  return element("span", { class: `ticks ${receipt}`, role: "img", "aria-label": words, title: words, "data-testid": "ticks" }, drawn);
}

export function failureNote(code) {
  const words = FAILURES[code] ? `${code}, ${FAILURES[code]}` : String(code);
  return element("p", { class: "failure", "data-testid": "failure" }, `Tidak sampai ke ponsel ini: ${words}`);
}

export function windowWords(person, now) {
  if (!person) return null;
  if (!person.window_ends) return { isOpen: false, text: "Belum pernah menulis: kantor hanya dapat mengirim templat" };
  const minutes = Math.ceil((person.window_ends * 1000 - now) / 60000);
  if (minutes <= 0) return { isOpen: false, text: "Jendela 24 jam tertutup: kantor hanya dapat mengirim templat" };
  const left = minutes >= 60 ? `${Math.floor(minutes / 60)} jam ${minutes % 60} menit` : `${minutes} menit`;
  return { isOpen: true, text: `Jendela 24 jam: tersisa ${left}` };
}

// Entries of the menu that say how the phone itself is: [label, action].
export function phoneSettings(person, turn) {
  if (!person) return [];
  return [
    person.receipts === "read"
      ? ["Matikan ponsel", () => turn({ receipts: "sent" })]
      : ["Nyalakan ponsel dan baca", () => turn({ receipts: "read" })],
    ...(person.phone ? [person.hides_number
      ? ["Tampilkan nomor", () => turn({ hides_number: false })]
      : ["Sembunyikan nomor", () => turn({ hides_number: true })]] : []),
  ];
}
