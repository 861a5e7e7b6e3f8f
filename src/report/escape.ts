/**
 * Makes text from a repository safe to print: for terminals, workflow commands and Markdown.
 * Every format sends every string that it did not write itself through one of these.
 */

// C0 and C1 controls, bidirectional controls, zero-width and line separators, tags, lone surrogates.
const invisible =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e01ef}]|\p{Surrogate}/gu;

/** One line of text in which everything that a terminal would obey or hide is written out: `\x1b`, `\u202e`. */
export function visible(text: string): string {
  return text.replace(invisible, escapeCharacter);
}

/** Text of several lines: line feeds stay, everything else is made visible. */
export function visibleLines(text: string): string {
  return text
    .split(/\r\n|\n/)
    .map(visible)
    .join('\n');
}

/** A source line for a code frame: tabs become one space, so that columns stay true. */
export function visibleSource(text: string): string {
  return visible(redact(text).replaceAll('\t', ' '));
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

const urlCredentials = /([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@'"`]{0,100}:)[^\s@/'"`]{1,200}@/gi;
const tokens =
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,100}|xox[abprs]-[\w-]{10,200}|sk-[\w-]{20,200}|AKIA[0-9A-Z]{16}|(?:srv|api)-env-[\w-]{16,100})/g;

/** Hides passwords in URLs and the known shapes of tokens, keeping the length so that columns stay true. */
export function redact(text: string): string {
  return text
    .replace(urlCredentials, (all, head: string) => `${head}${'*'.repeat(all.length - head.length - 1)}@`)
    .replace(tokens, (all) => '*'.repeat(all.length));
}

/** The value of a workflow command: what comes after `::`. */
export function commandData(text: string): string {
  return breakLegacyCommand(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));
}

/** A property of a workflow command: `file=…`, `title=…`. */
export function commandProperty(text: string): string {
  return commandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** The runner still obeys `##[command]` anywhere in a line: a zero-width space takes it apart. */
export function breakLegacyCommand(text: string): string {
  return text.replaceAll('##[', '#\u200b#[');
}

/** Text in Markdown outside code: no mention, link, image, HTML or table cell can come of it. */
export function markdownText(text: string): string {
  const escaped = visible(text).replaceAll(/[\\`*_{}[\]|~$]/g, '\\$&');
  return escaped
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[@#]/g, '$&\u200b')
    .replaceAll('://', ':\u200b//')
    .replaceAll(/\bwww\./gi, (match) => `${match.slice(0, 3)}\u200b.`);
}

/** A Markdown code span that holds any one-line text, also inside a table cell. */
export function markdownCode(text: string): string {
  const content = visible(text).replaceAll('|', '\\|');
  const fence = '`'.repeat(longestRun(content) + 1);
  const pad = content.startsWith('`') || content.endsWith('`') || content.trim() === '' ? ' ' : '';
  return `${fence}${pad}${content}${pad}${fence}`;
}

/** Our own messages in Markdown: names between backticks become code spans, the rest is text. */
export function markdownMessage(message: string): string {
  return message
    .split(/(`[^`]+`)/)
    .map((part) => (part.length > 2 && part.startsWith('`') && part.endsWith('`') ? markdownCode(part.slice(1, -1)) : markdownText(part)))
    .join('');
}

/** A fenced block that no line of `text` can close. */
export function markdownFence(text: string, language: string): string {
  const content = visibleLines(text);
  const fence = '`'.repeat(Math.max(3, longestRun(content) + 1));
  return `${fence}${language}\n${content}\n${fence}`;
}

function longestRun(text: string): number {
  let longest = 0;
  for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  return longest;
}
