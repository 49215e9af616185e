// Talks to the simulator; a mistake becomes an Error with a sentence for the visitor.

async function answer(response) {
  const shape = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(shape.error ? `Tidak berhasil: ${shape.error}` : "Tidak berhasil. Coba lagi.");
  return shape;
}

async function reach(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new Error("Simulator tidak dapat dihubungi.");
  }
  return answer(response);
}

export const ask = (address) => reach(address, { headers: { Accept: "application/json" } });

export const send = (address, body) => reach(address, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
});

export function sendFiles(address, fields, files) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of files) form.append("file", file, file.name);
  return reach(address, { method: "POST", body: form });
}
