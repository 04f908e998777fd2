/** What an answer says, if it is JSON; undefined where it is not, as when something in between has answered. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
