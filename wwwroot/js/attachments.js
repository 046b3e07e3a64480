// The files that go along with what is being written: uploaded as they are chosen, dropped or pasted, shown as chips, kept with the draft.
// What is kept are ids: the files themselves are on the server by then.
const address = id => `api/attachments/${id}`;

// The same rules as SizeText on the server.
const sizeOf = bytes => bytes < 1024 ? `${bytes} B`
  : bytes < 1048576 ? `${(bytes / 1024).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} KB`
  : `${(bytes / 1048576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;

export function attach(root) {
  if (root.attachments) return;
  const words = root.dataset;
  const form = root.closest("form");
  const input = root.querySelector("input");
  const list = root.querySelector("ul");
  const problem = root.querySelector("[role=alert]");
  const status = root.querySelector("[role=status]");
  const [fileIcon, closeIcon] = root.querySelector("[data-icons]").children;
  const button = form.querySelector("[data-attach]");
  if (button) button.disabled = false;
  const key = words.draftKey ? `files:${words.draftKey}` : null;
  let chips = [];

  const say = text => { problem.textContent = text ?? ""; problem.hidden = !text; };
  const keep = () => {
    const ready = chips.filter(chip => chip.file.id).map(chip => chip.file);
    list.hidden = chips.length === 0;
    if (key && ready.length > 0) localStorage.setItem(key, JSON.stringify(ready));
    else if (key) localStorage.removeItem(key);
  };
  const drop = chip => {
    chips = chips.filter(other => other !== chip);
    chip.request?.abort();
    if (chip.picture) URL.revokeObjectURL(chip.picture);
    chip.element.remove();
    keep();
  };

  // A chip with everything in it; what a state does not need is hidden.
  function draw(file, picture) {
    const element = document.createElement("li");
    element.className = "attachment-chip";
    const preview = picture ? document.createElement("img") : fileIcon.cloneNode(true);
    if (picture) Object.assign(preview, { src: picture, alt: "", className: "chip-picture" });
    const name = Object.assign(document.createElement("span"), { className: "chip-name", textContent: file.name, title: file.name });
    const size = Object.assign(document.createElement("span"), { className: "chip-size", textContent: sizeOf(file.size) });
    const progress = Object.assign(document.createElement("progress"), { max: 1, value: 0, hidden: true });
    progress.setAttribute("aria-label", words.uploading.replace("{0}", file.name));
    const wrong = Object.assign(document.createElement("span"), { className: "chip-problem", hidden: true });
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "icon-button", title: words.remove.replace("{0}", file.name) });
    remove.setAttribute("aria-label", remove.title);
    remove.append(closeIcon.cloneNode(true));
    element.append(preview, name, size, progress, wrong, remove);
    list.append(element);

    const chip = { file, element, progress, picture, failed: false };
    chip.fail = text => {
      chip.failed = true;
      chip.file.id = null;
      element.dataset.state = "failed";
      progress.hidden = true;
      wrong.textContent = text;
      wrong.hidden = false;
      status.textContent = `${file.name}: ${text}`;
      keep();
    };
    remove.addEventListener("click", () => {
      const next = element.nextElementSibling ?? element.previousElementSibling;
      drop(chip);
      say(null);
      status.textContent = words.removed.replace("{0}", file.name);
      (next?.querySelector("button") ?? button)?.focus();
    });
    chips.push(chip);
    keep();
    return chip;
  }

  function upload(file) {
    const chip = draw({ id: null, name: file.name, size: file.size, media_type: file.type }, file.type.startsWith("image/") && file.type !== "image/svg+xml" ? URL.createObjectURL(file) : null);
    if (file.size === 0) return chip.fail(words.empty);
    if (file.size > Number(words.maxBytes)) return chip.fail(words.tooLarge);

    // Not fetch, which tells nothing of how far an upload is.
    const request = chip.request = new XMLHttpRequest();
    chip.element.dataset.state = "uploading";
    chip.progress.hidden = false;
    request.upload.addEventListener("progress", event => { if (event.lengthComputable) chip.progress.value = event.loaded / event.total; });
    request.addEventListener("load", () => {
      chip.request = null;
      if (request.status !== 201) return chip.fail({ 413: words.tooLarge, 415: words.kind }[request.status] ?? words.failed);
      const { id, name, size, media_type } = JSON.parse(request.responseText).items[0];
      Object.assign(chip.file, { id, name, size, media_type });
      chip.element.dataset.state = "ready";
      chip.progress.hidden = true;
      status.textContent = words.added.replace("{0}", name);
      keep();
    });
    request.addEventListener("error", () => {
      chip.request = null;
      chip.fail(words.failed);
    });
    request.open("POST", `api/attachments?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.send(file);
  }

  function add(files) {
    say(null);
    for (const file of files) {
      if (chips.length >= Number(words.maxFiles)) return say(words.tooMany);
      upload(file);
    }
  }

  // What a reload found in the draft. It may have waited too long.
  function restore(file) {
    const chip = draw(file, file.media_type.startsWith("image/") ? address(file.id) : null);
    chip.picture = null;
    chip.element.dataset.state = "ready";
    fetch(address(file.id), { headers: { Range: "bytes=0-0" } })
      .then(answer => { if (answer.status === 404) chip.fail(words.gone); })
      .catch(error => console.warn("Whether the file is still there could not be found out.", error));
  }

  button?.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });

  // Texts are pasted as text, also where their program offers a picture of them besides.
  form.addEventListener("paste", event => {
    if (event.clipboardData.files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    add([...event.clipboardData.files]);
  });

  const zone = root.closest(".chat-page") ?? form;
  const holdsFiles = event => event.dataTransfer?.types.includes("Files");
  const isOver = over => {
    zone.toggleAttribute("data-dropping", over);
    zone.dataset.dropWords = words.drop;
  };
  zone.addEventListener("dragover", event => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    isOver(true);
  });
  zone.addEventListener("dragleave", event => { if (!zone.contains(event.relatedTarget)) isOver(false); });
  zone.addEventListener("drop", event => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    isOver(false);
    add([...event.dataTransfer.files]);
  });

  root.attachments = {
    take() {
      const waits = chips.some(chip => chip.request);
      say(waits ? words.wait : chips.some(chip => chip.failed) ? words.mend : null);
      return problem.hidden ? chips.map(chip => chip.file.id) : null;
    },
    sent(ids) {
      for (const chip of chips.filter(one => !ids || ids.includes(one.file.id))) drop(chip);
      say(null);
    },
  };
  if (key) for (const file of JSON.parse(localStorage.getItem(key) ?? "[]")) restore(file);
}

// The ids of the files; null while one is on its way or could not be taken, which is said beside the chips.
export const take = root => root.attachments ? root.attachments.take() : [];

// They have gone with a message: these, or all of them.
export const sent = (root, ids) => root.attachments?.sent(ids);
