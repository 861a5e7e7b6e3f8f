/**
 * Finds the rules: every file of the rules folder, beside src/ in a checkout and beside the bundle in a package.
 * Output: the rules in the order of their ids. A rule's id is the name of its file.
 */
import { readdir } from 'node:fs/promises';
import type { Rule } from './rule.ts';

const folder = new URL('../rules/', import.meta.url);
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

export async function loadRules(): Promise<Rule[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(extension)).sort();
  return Promise.all(files.map(loadRule));
}

async function loadRule(file: string): Promise<Rule> {
  const { default: rule } = (await import(/* @vite-ignore */ new URL(file, folder).href)) as { default: Rule };
  const id = file.slice(0, -extension.length);
  if (rule.id !== id) throw new Error(`rules/${file} calls itself ${rule.id}`);
  return rule;
}
