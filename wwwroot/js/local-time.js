export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? null;

// The person's clock is the browser's: what <input type="datetime-local"> says, as a moment. Null when it says nothing that is a time.
export function toInstant(local) {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
