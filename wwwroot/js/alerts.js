// Notifications of this browser: turned on here, for here. Of several tabs one shows them, and none where what they tell is on the screen.
const told = "td-alerts-told";
const most = 100;

// So long another tab has to say that it has the thing on its screen.
const courtesy = 500;
const others = new BroadcastChannel("td-alerts");
const onScreenElsewhere = new Set();

others.onmessage = ({ data }) => {
  if (data.seen) onScreenElsewhere.add(data.seen);
  else if (isOnScreen(data.ask)) others.postMessage({ seen: data.ask.key });
};

// Some browsers name notifications and make none from a page: what one of them has shown stays known.
const refused = "td-alerts-refused";
const isSupported = () => "Notification" in window && "locks" in navigator && !localStorage.getItem(refused);

export function read() {
  return {
    supported: isSupported(),
    denied: isSupported() && Notification.permission === "denied",
    on: isOn(),
    sound: localStorage.getItem("td-alerts-sound") === "on",
  };
}

export async function turn(on) {
  if (on && isSupported() && Notification.permission !== "granted") await Notification.requestPermission();
  localStorage.setItem("td-alerts", on && isSupported() && Notification.permission === "granted" ? "on" : "off");
  return read();
}

export function setSound(on) {
  localStorage.setItem("td-alerts-sound", on ? "on" : "off");
  if (on) beep();
  return read();
}

export function show(alerts) {
  if (!isOn()) return;
  for (const alert of alerts) tell(alert);
}

function isOn() {
  return isSupported() && Notification.permission === "granted" && localStorage.getItem("td-alerts") === "on";
}

async function tell(alert) {
  if (isOnScreen(alert)) return;
  others.postMessage({ ask: alert });
  await new Promise(resolve => setTimeout(resolve, courtesy));
  if (onScreenElsewhere.delete(alert.key) || !await claim(alert.key)) return;
  const notification = make(alert);
  if (!notification) return;
  notification.onclick = () => {
    window.focus();
    location.assign(alert.url);
    notification.close();
  };
  if (localStorage.getItem("td-alerts-sound") === "on") beep();
}

function make(alert) {
  try {
    return new Notification(alert.title, { body: alert.body, tag: alert.key, silent: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    localStorage.setItem(refused, "true");
    console.warn("This browser makes no notifications from pages; the settings say so from now on.", error);
    return null;
  }
}

function isOnScreen(alert) {
  if (document.visibilityState !== "visible") return false;
  if (alert.kind === "NeedsYou" && document.querySelector("[data-open-requests]")) return true;
  const page = document.querySelector("[data-open-task]");
  return !!page && (page.dataset.openTask === alert.taskId || page.dataset.openChat === alert.chatId);
}

// True for the first tab that asks. What other tabs wrote into the local storage arrives here late, so the tab that tells also keeps a lock of that
// name for as long as it is open; the storage remembers behind that.
function claim(key) {
  return new Promise(answer => navigator.locks.request(`${told}/${key}`, { ifAvailable: true }, async lock => {
    const isFirst = !!lock && await note(key);
    answer(isFirst);
    if (isFirst) await new Promise(() => { });
  }));
}

function note(key) {
  return navigator.locks.request(told, () => {
    const known = JSON.parse(localStorage.getItem(told) ?? "[]");
    if (known.includes(key)) return false;
    localStorage.setItem(told, JSON.stringify([...known, key].slice(-most)));
    return true;
  });
}

function beep() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.08, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.3);
  tone.connect(volume).connect(audio.destination);
  tone.onended = () => audio.close();
  tone.start();
  tone.stop(audio.currentTime + 0.3);
}
