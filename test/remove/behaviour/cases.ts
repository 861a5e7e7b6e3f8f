/**
 * The cases of the removal bench: small programs with one flag each.
 * Input: `fixtures/removals/<section>/<name>.ts|tsx`, header lines `// @name: text`, then files that start with `// @file: path`.
 * Output: cases with their files. A text without `@file` is `main.ts`; the first file exports `run(log, n)`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlagValue } from '../../../src/flags/types.ts';

export interface Case {
  /** `<section>/<name>`. */
  readonly name: string;
  /** Numbers of the situations it shows. */
  readonly situations: readonly string[];
  readonly key: string;
  readonly values: readonly FlagValue[];
  /** Values for which the flag is left, each with the reason why that is right. */
  readonly left: ReadonlyMap<string, string>;
  /** Leftovers that are right here. */
  readonly allowed: ReadonlySet<string>;
  /** The folder of its files in the repository. */
  readonly folder: string;
  readonly entry: string;
  readonly files: ReadonlyMap<string, string>;
}

export const fixtures = fileURLToPath(new URL('../../../fixtures/removals', import.meta.url));

const isCase = (file: string) => /^[A-Z][^/]*\/[^/]+\.tsx?$/.test(file);

/** All cases, sorted by name. */
export function readCases(): Case[] {
  const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));
  return files
    .filter(isCase)
    .sort()
    .map((file) => caseOf(file, readFileSync(join(fixtures, file), 'utf8')));
}

/** Packages the cases import: what their types say, and what stands for them at run time. */
export function readPackages(): Map<string, string> {
  const folder = join(fixtures, 'packages');
  const found = new Map<string, string>();
  for (const file of readdirSync(folder).sort()) {
    const name = file.replace(/\.txt$/, '').replace('__', '/');
    for (const [path, text] of split(readFileSync(join(folder, file), 'utf8'), 'index.js')) found.set(`${name}/${path}`, text);
    const manifest = { name, version: '1.0.0', main: 'index.js', types: 'index.d.ts', type: 'module' };
    found.set(`${name}/package.json`, JSON.stringify(manifest));
  }
  return found;
}

/** The files of a text; lines before the first `@file` belong to the one named by default. */
export function split(text: string, first: string): Map<string, string> {
  const parts = text.split(/^\/\/ @file: (.+)\n/m);
  const files = new Map<string, string>();
  if (parts[0]?.trim()) files.set(first, parts[0]);
  for (let i = 1; i < parts.length; i += 2) files.set(parts[i]?.trim() ?? '', (parts[i + 1] ?? '').replace(/\n\n$/, '\n'));
  return files;
}

function caseOf(file: string, text: string): Case {
  const header = /^(?:\/\/ @(?!file).+\n)*/.exec(text)?.[0] ?? '';
  const facts = [...header.matchAll(/^\/\/ @(\S+?): *(.*)$/gm)].map(([, name = '', value = '']) => ({ name, value: value.trim() }));
  const all = (name: string) => facts.filter((one) => one.name === name).map((one) => one.value);
  const name = file.replace(/\.tsx?$/, '');
  const values = (all('value')[0] ?? 'true, false').split(/, */).map(valueIn);
  const files = split(text.slice(header.length).replace(/^\n/, ''), `main${extname(file)}`);
  const folder = `src/${name}`;
  const left = new Map(facts.flatMap((one) => leftOf(one.name, one.value, values)));
  return {
    name,
    situations: (all('situation')[0] ?? '').split(/, */),
    key: all('key')[0] ?? `case-${name.split('/')[1]}`,
    values,
    left,
    allowed: new Set(all('allow').map((one) => one.split(':')[0] ?? '')),
    folder,
    entry: `${folder}/${[...files.keys()][0]}`,
    files: new Map([...files].map(([path, content]) => [`${folder}/${path}`, withEnds(content, all('ends')[0])])),
  };
}

const valueIn = (text: string): FlagValue => (text === 'true' ? true : text === 'false' ? false : text);

/** `// @left: why` for every value, `// @left(false): why` for one. */
function leftOf(name: string, why: string, values: readonly FlagValue[]): (readonly [string, string])[] {
  const only = /^left(?:\((.+)\))?$/.exec(name);
  if (only === null) return [];
  return (only[1] === undefined ? values.map(String) : [only[1]]).map((value) => [value, why] as const);
}

/** `// @ends: crlf`, `// @ends: open`: how lines and the file end. */
function withEnds(text: string, ends: string | undefined): string {
  if (ends === 'crlf') return text.replaceAll('\n', '\r\n');
  return ends === 'open' ? text.replace(/\n+$/, '') : text;
}
