// Requests to the server that sent this page; there is no other.

/** A request that the server refused, with its reason. */
export class Refused extends Error {}

/**
 * @param {Response} response
 */
async function checked(response) {
  if (response.ok) return response;
  let why = `the server answered ${response.status}`;
  try {
    const body = await response.json();
    why = body.key ? `${body.key}: ${body.error}` : body.error;
  } catch {
    // The status says it.
  }
  throw new Refused(why);
}

/**
 * JSON from the server.
 * @param {string} path
 * @param {URLSearchParams} [query]
 * @param {AbortSignal} [signal]
 */
export async function get(path, query, signal) {
  const address = query ? `${path}?${query}` : path;
  return (await checked(await fetch(address, { signal }))).json();
}

/**
 * An answer that comes line by line.
 * @param {string} path
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal
 * @param {(line: any) => void} each
 */
export async function lines(path, query, signal, each) {
  const response = await checked(await fetch(`${path}?${query}`, { signal }));
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    rest += decoder.decode(value, { stream: true });
    const parts = rest.split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) each(JSON.parse(part));
  }
}

/**
 * Whether an error only says that nobody waits any more.
 * @param {unknown} error
 */
export const aborted = (error) => error instanceof DOMException && error.name === "AbortError";
