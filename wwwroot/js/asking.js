// Asks the page's circuit. A connection that is lost takes questions and answers with it and tells nobody: who waits is told here.
export function ask(component, method, ...values) {
  return new Promise((resolve, reject) => {
    const lost = () => reject(new Error("The connection was lost."));
    if (document.documentElement.dataset.connection === "lost") return lost();
    document.addEventListener("td-lost", lost, { once: true });
    component.invokeMethodAsync(method, ...values).then(resolve, reject).finally(() => document.removeEventListener("td-lost", lost));
  });
}
