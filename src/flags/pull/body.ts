/** Bodies of answers: read up to a limit, decoded, parsed. Output: the value, or what is wrong in words that end "answered …". */
import { isTooDeep } from '../../parse/text.ts';
import { objectOf, objectsOf, textOf } from '../state/shape.ts';

export type Body = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string };
export type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** The text of a body, counted as it comes in: one that is too large is stopped, not read. Throws what the connection throws. */
export async function readBody(response: Response, limit: number): Promise<Body> {
  if (response.body === null) return { ok: true, text: '' };
  const tooLarge: Body = { ok: false, problem: `with more than ${Math.floor(limit / 1024 / 1024)} MB` };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = response.body.getReader();
  let text = '';
  let size = 0;
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      size += chunk.value.byteLength;
      if (size > limit) return tooLarge;
      const decoded = decodedBy(decoder, chunk.value);
      if (decoded === null) return notText;
      text += decoded;
    }
    const rest = decodedBy(decoder, null);
    return rest === null ? notText : { ok: true, text: text + rest };
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const notText: Body = { ok: false, problem: 'with something that is not UTF-8 text' };

function decodedBy(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array | null): string | null {
  try {
    return bytes === null ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

/** The JSON value of a text; an object or a list, for no API answers less. */
export function parseBody(text: string, contentType: string | null): Parsed {
  if (text.trim() === '') return { ok: false, problem: 'with nothing' };
  if (/^\s*</.test(text) || /\bhtml\b/i.test(contentType ?? '')) return { ok: false, problem: 'with HTML instead of JSON' };
  if (isTooDeep(text)) return { ok: false, problem: 'with JSON that is nested too deeply' };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ok: true, value };
    return { ok: false, problem: 'with JSON that is neither an object nor a list' };
  } catch {
    return { ok: false, problem: /[\]}]\s*$/.test(text) ? 'with invalid JSON' : 'with JSON that breaks off' };
  }
}

/** What an error says for people, where it says it in one of the usual places; one line, at most 200 characters. */
export function sentenceIn(text: string): string | null {
  const parsed = parseBody(text, null);
  const object = parsed.ok ? objectOf(parsed.value) : null;
  if (object === null) return null;
  const details = objectsOf(object.details).map((one) => one.message);
  const found = [...details, object.message, object.error, object.detail, object.title, objectOf(object.error)?.message]
    .map(textOf)
    .find((one) => one !== null && one.trim() !== '');
  const line = found?.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '') ?? '';
  return line === '' ? null : line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
