// The number on the icon of the installed app, where the platform has such numbers. Every tab says the same one.
let last = -1;

export async function show(count) {
  if (!("setAppBadge" in navigator) || count === last) return;
  last = count;
  try {
    await (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge());
  } catch (error) {
    // Allowed or not is the platform's to say; the title and the rail tell the number as well.
    console.info("The number on the app's icon was not set.", error);
  }
}
