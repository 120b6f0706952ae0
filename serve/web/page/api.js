// The routes of docs/api.md. Every call is made for the user of this page and fails with a Fault that a person can read.
import { events } from "./sse.js";

const KEY = "tailored-key";

export class Fault extends Error {
  constructor(problem, status) {
    super(problem.detail || problem.title || `The server answered ${status}.`);
    this.status = status;
    this.title = problem.title;
  }
}

export const LOST = "The connection to the server is lost. What you wrote is still here: try again when it is back.";

export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  drop: () => sessionStorage.removeItem(KEY),
};

async function request(method, path, { body, signal, raw = false } = {}) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key.get()) headers.Authorization = `Bearer ${key.get()}`;
  let response;
  try {
    response = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Fault({ detail: LOST }, 0);
  }
  if (!response.ok) throw new Fault(await response.json().catch(() => ({})), response.status);
  if (raw) return response;
  return response.status === 204 ? null : response.json();
}

export const session = () => request("GET", "/v1/session");

/** Everything about one user; `api("ada").edit(replyId, text)`. */
export function api(user) {
  const at = (path) => `/v1/users/${encodeURIComponent(user)}/${path}`;
  const id = encodeURIComponent;
  const get = (path) => request("GET", at(path));
  const post = (path, body = {}) => request("POST", at(path), { body });
  const patch = (path, body) => request("PATCH", at(path), { body });
  const remove = (path) => request("DELETE", at(path));
  return {
    /** The events of a turn; throws a Fault when it fails or is cut. */
    async *turn(body, signal) {
      const response = await request("POST", at("turns"), { body, signal, raw: true });
      for await (const { event, data } of cut(events(response.body), signal)) {
        if (event === "error") throw new Fault(data, data.status);
        yield { event, data };
        if (event === "finished") return;
      }
      throw new Fault({ detail: LOST }, 0);
    },
    edit: (reply, text) => post(`replies/${id(reply)}/edit`, { text }),
    undo: (edit) => remove(`edits/${id(edit)}/lesson`),
    feedback: (reply, signal) => post(`replies/${id(reply)}/feedback`, { signal }),
    threads: (query = "") => get(`threads?limit=50&q=${id(query)}`),
    thread: (thread, before) => get(`threads/${id(thread)}?limit=60${before === undefined ? "" : `&before=${before}`}`),
    newThread: () => post("threads"),
    forgetThread: (thread) => remove(`threads/${id(thread)}`),
    profile: () => get("profile"),
    standing: () => get("standing"),
    pinStanding: (standing, pinned) => patch(`standing/${id(standing)}`, { pinned }),
    forgetStanding: (standing) => remove(`standing/${id(standing)}`),
    preferences: () => get("preferences"),
    change: (preference, fields) => patch(`preferences/${id(preference)}`, fields),
    forgetPreference: (preference) => remove(`preferences/${id(preference)}`),
    memories: ({ query = "", cursor = "" }) => get(`memories?limit=25&q=${id(query)}${cursor && `&cursor=${id(cursor)}`}`),
    memory: (memory) => get(`memories/${id(memory)}`),
    remember: (statement) => post("memories", { statement }),
    forget: (memory) => remove(`memories/${id(memory)}`),
    stats: () => get("stats"),
    suggestions: () => get("suggestions"),
    confirmations: () => get("confirmations"),
    interact: (fields) => post("interactions", fields),
    confirm: (confirmation, answer) => post(`confirmations/${id(confirmation)}`, { answer }),
    export: () => get("export"),
    take: (exported) => post("import", exported),
    askErasure: () => post("erasure"),
    erase: (token) => post("erase", { token }),
  };
}

async function* cut(stream, signal) {
  try {
    yield* stream;
  } catch (error) {
    if (signal?.aborted) throw new DOMException("stopped", "AbortError");
    throw error instanceof Fault ? error : new Fault({ detail: LOST }, 0);
  }
}
