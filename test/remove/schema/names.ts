/** Names that SQL writers trip over. A name is what a database stores, whatever it takes to quote it. */
import fc from 'fast-check';

const AWKWARD = [
  ...[
    'user',
    'order',
    'select',
    'group',
    'table',
    'default',
    'check',
    'all',
    'email',
    'Email',
    'EMAIL',
    'e mail',
    'a"b',
    "a'b",
    'a`b',
    '"',
    '``',
  ],
  ...[
    'a;b',
    'a--b',
    'a/*b',
    '*/',
    'a\\b',
    'a\tb',
    'a\nb',
    'é',
    'ümlaut',
    '列',
    '😀',
    '1st',
    '$1',
    '?',
    '??',
    ':name',
    '%s',
    'a.b c',
    '.x',
    "x\\'y",
    '${x}',
    'drop table users; --',
  ],
];

const isUsable = (name: string): boolean =>
  name.length > 0 &&
  Buffer.byteLength(name) <= 60 &&
  !/\0|[\ud800-\udfff]/u.test(name) &&
  !/^[A-Za-z_$][\w$]*\./.test(name) &&
  name.trim() === name;

/** Names that both databases can store; astral characters only where asked for. */
export const names = ({ astral = true } = {}): fc.Arbitrary<string> =>
  fc
    .oneof(fc.constantFrom(...AWKWARD), fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }))
    .filter((name) => isUsable(name) && (astral || !/[\u{10000}-\u{10ffff}]/u.test(name)));

/** Different names, also for a database that folds them. */
export const differentNames = (count: number, options?: { readonly astral?: boolean }): fc.Arbitrary<string[]> =>
  fc.uniqueArray(names(options), { minLength: count, maxLength: count, selector: (name) => name.normalize('NFKD').toLowerCase() });
