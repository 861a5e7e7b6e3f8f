/**
 * What a request to PostgREST does, as SQL: a small reading of its URL grammar, independent of the one in src/.
 * Input: a recorded request and the foreign keys. Output: SQL that names every column the request names, in places that
 * do not depend on its type, so that PostgreSQL says which columns are needed.
 */
export interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
}

export interface Key {
  readonly name: string;
  readonly from: string;
  readonly column: string;
  readonly to: string;
}

interface Table {
  readonly name: string;
  readonly alias: string;
}

interface Embed {
  /** What filters call it. */
  readonly name: string;
  readonly table: Table;
  readonly embeds: readonly Embed[];
}

interface Reading {
  readonly keys: readonly Key[];
  readonly joins: string[];
  readonly terms: string[];
  count: number;
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Parts between commas outside of brackets and quotes. */
function parts(text: string): string[] {
  const found: string[] = [];
  let [depth, isQuoted, current] = [0, false, ''];
  for (const c of text) {
    if (c === '"') isQuoted = !isQuoted;
    if (!isQuoted) depth += c === '(' || c === '{' ? 1 : c === ')' || c === '}' ? -1 : 0;
    if (c === ',' && depth === 0 && !isQuoted) {
      found.push(current);
      current = '';
    } else current += c;
  }
  return current === '' ? found : [...found, current];
}

function columnIn(text: string, { alias }: Table): string {
  const [, name = '', path = ''] = /^"?([^"-]+)"?((?:->>?\w+)*)$/.exec(text) ?? [];
  if (name === '') throw new Error(`not a column: ${text}`);
  return `${alias}.${quote(name)}${path.replace(/->(>?)(\w+)/g, "->$1'$2'")}`;
}

/** Joins the table that an embedded resource means. */
function join(owner: Table, target: string, hint: string | undefined, reading: Reading): Table {
  const add = (name: string, on: (alias: string) => string): Table => {
    const table = { name, alias: `t${++reading.count}` };
    reading.joins.push(`LEFT JOIN ${quote(name)} AS ${table.alias} ON ${on(table.alias)}`);
    return table;
  };
  const along = (key: Key, from: Table): Table =>
    key.from === from.name
      ? add(key.to, (alias) => `${alias}.id = ${from.alias}.${quote(key.column)}`)
      : add(key.from, (alias) => `${alias}.${quote(key.column)} = ${from.alias}.id`);
  const { keys } = reading;
  const named = keys.filter(
    (k) => (k.name === target && [k.from, k.to].includes(owner.name)) || (k.from === owner.name && k.column === target),
  );
  const direct = keys.filter(
    (k) =>
      ((k.from === owner.name && k.to === target) || (k.to === owner.name && k.from === target)) &&
      (hint === undefined || k.name === hint || k.column === hint),
  );
  const [only, ...others] = named.length > 0 ? named : direct;
  if (others.length > 0) throw new Error(`PostgREST refuses the ambiguous ${owner.name} → ${target}`);
  if (only) return along(only, owner);
  for (const near of keys.filter((k) => k.to === owner.name && (hint === undefined || hint === k.from)))
    for (const far of keys.filter((k) => k.from === near.from && k.to === target)) return along(far, along(near, owner));
  throw new Error(`PostgREST finds no relation ${owner.name} → ${target}`);
}

function select(text: string, owner: Table, reading: Reading): Embed[] {
  return parts(text).flatMap((part) => {
    const [, alias, rest = ''] = /^(?:\.\.\.)?(?:("[^"]*"|[^":().]+):(?!:))?(.*)$/s.exec(part) ?? [];
    const open = rest.indexOf('(');
    if (open >= 0 && !/(?:^|\.)(?:sum|avg|min|max|count)\(\)$/.test(rest.slice(0, open + 2))) {
      const [target = '', ...hints] = rest.slice(0, open).split('!');
      const hint = hints.find((one) => one !== 'inner' && one !== 'left');
      const table = join(owner, target, hint, reading);
      return [{ name: alias ?? target, table, embeds: select(rest.slice(open + 1, -1), table, reading) }];
    }
    const [, column = '', aggregate] = /^(.*?)(?:\.(sum|avg|min|max|count)\(\))?(?:::\w+)?$/s.exec(rest) ?? [];
    if (/^count(?:\(\))?$/.test(rest) || rest === '*') return [];
    const value = columnIn(column.replace(/::\w+$/, ''), owner);
    reading.terms.push(aggregate ? `${aggregate}(${value}) OVER ()` : value);
    return [];
  });
}

/** `(a.eq.1,and(b.gt.2,c.is.null))`. */
function conditions(text: string, table: Table): string[] {
  return parts(text.slice(1, -1)).flatMap((part) => {
    const plain = part.replace(/^not\./, '');
    const group = /^(?:and|or)(\(.*\))$/s.exec(plain)?.[1];
    return group ? conditions(group, table) : [`${columnIn(plain.slice(0, plain.indexOf('.')), table)} IS NOT NULL`];
  });
}

function orders(text: string, table: Table, embeds: readonly Embed[]): string[] {
  return parts(text).map((part) => {
    const [, related, inner] = /^(\w+)\((\w+)\)/.exec(part) ?? [];
    if (related === undefined) return columnIn(part.split('.')[0] ?? '', table);
    return columnIn(inner ?? '', embeds.find(({ name }) => name === related)?.table ?? table);
  });
}

const IGNORED = new Set(['select', 'columns', 'on_conflict', 'limit', 'offset']);

/** Conditions and orders of the request, by the table they are about. */
function filters(url: URL, top: Embed): { readonly own: string[]; readonly embedded: string[] } {
  const found = { own: [] as string[], embedded: [] as string[] };
  for (const [key, value] of url.searchParams) {
    const path = key.split('.');
    const last = path.pop() ?? '';
    if (IGNORED.has(last)) continue;
    let at = top;
    for (const name of path) {
      const next = at.embeds.find((one) => one.name === name);
      if (!next) throw new Error(`PostgREST knows no embedded ${name}`);
      at = next;
    }
    const into = at === top ? found.own : found.embedded;
    if (last === 'or' || last === 'and') into.push(...conditions(value, at.table));
    else if (last === 'order') found.embedded.push(...orders(value, at.table, at.embeds).map((one) => `${one} IS NOT NULL`));
    else if (!at.embeds.some(({ name }) => name === last)) into.push(`${columnIn(last, at.table)} IS NOT NULL`);
  }
  return found;
}

const columnsOf = (body: unknown): string[] => [...new Set([body].flat().flatMap((row) => Object.keys(row as object)))];

/** The statement that changes rows, and the name of what it changes. */
function change({ method, url, body }: Sent, name: string, own: readonly string[]): string | null {
  const where = own.length > 0 ? ` WHERE ${own.join(' AND ')}` : '';
  const columns = (url.searchParams.get('columns')?.replaceAll('"', '').split(',') ?? (body ? columnsOf(body) : [])).map(quote);
  const conflict = url.searchParams
    .get('on_conflict')
    ?.split(',')
    .map((one) => quote(one.trim()))
    .join(', ');
  switch (method) {
    case 'POST': {
      const merge = conflict ? ` ON CONFLICT (${conflict}) DO UPDATE SET ${columns.map((c) => `${c} = excluded.${c}`).join(', ')}` : '';
      return `INSERT INTO ${quote(name)} (${columns.join(', ')}) VALUES (${columns.map(() => 'NULL').join(', ')})${merge} RETURNING 1`;
    }
    case 'PATCH':
      return `UPDATE ${quote(name)} AS t0 SET ${columns.map((c) => `${c} = NULL`).join(', ')}${where} RETURNING 1`;
    case 'DELETE':
      return `DELETE FROM ${quote(name)} AS t0${where} RETURNING 1`;
    default:
      return null;
  }
}

/** The request as one statement. */
export function sqlOf(sent: Sent, keys: readonly Key[]): string {
  const name = sent.url.pathname.split('/').at(-1) ?? '';
  const top: Table = { name, alias: 't0' };
  const reading: Reading = { keys, joins: [], terms: [], count: 0 };
  const embeds = select(sent.url.searchParams.get('select') ?? '', top, reading);
  const { own, embedded } = filters(sent.url, { name, table: top, embeds });
  const changed = change(sent, name, own);
  const all = [...(changed ? [] : own), ...embedded];
  const where = all.length > 0 ? ` WHERE ${all.join(' AND ')}` : '';
  const shown = `SELECT ${['1', ...reading.terms].join(', ')} FROM ${quote(name)} AS t0 ${reading.joins.join(' ')}${where}`;
  return changed ? `WITH changed AS (${changed}) ${shown}` : shown;
}
