/**
 * Keeps tokens out of everything that is shown or written. Input: secrets as they become known, texts. Output: the texts
 * with every form of a secret taken out: as it is, in a URL, in JSON, in base64 at any place of a longer text.
 */

export interface Secrets {
  add(secret: string): void;
  /** The text without any secret. */
  hide(text: string): string;
  /** The same for data, in which a short secret may stand by chance. */
  hideLong(text: string): string;
}

const replacement = '[secret]';
/** Shorter ones are words that data may hold. */
const longEnough = 8;

export function secretsOf(initial: Iterable<string>): Secrets {
  const forms = new Set<string>();
  const add = (secret: string): void => {
    if (secret === '') return;
    for (const form of formsOf(secret)) forms.add(form);
  };
  for (const secret of initial) add(secret);
  const without = (text: string, shortest: number): string =>
    [...forms]
      .filter((form) => form.length >= shortest)
      .sort((a, b) => b.length - a.length)
      .reduce((rest, form) => rest.replaceAll(form, replacement), text);
  return { add, hide: (text) => without(text, 1), hideLong: (text) => without(text, longEnough) };
}

function formsOf(secret: string): readonly string[] {
  const encoded = encodeURIComponent(secret);
  const plain = [secret, encoded, encoded.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()), JSON.stringify(secret).slice(1, -1)];
  const inBase64 = secret.length < longEnough ? [] : [0, 1, 2].flatMap((offset) => inBase64At(secret, offset));
  return [...plain, ...inBase64];
}

/** The characters that a base64 text has whatever stands before the secret (by its length modulo 3) and after it. */
function inBase64At(secret: string, offset: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const encoded = bytes.toString('base64').replace(/=+$/, '');
  const end = bytes.length % 3 === 0 ? encoded.length : encoded.length - 1;
  const core = encoded.slice([0, 2, 3][offset], end);
  return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
}
