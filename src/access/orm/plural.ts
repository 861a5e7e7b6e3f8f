/**
 * Plurals of English nouns, as ORMs name tables by them.
 * The words are candidates: the schema says which is a table, so a wrong plural is a miss and never a false name.
 */

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['person', 'people'],
  ['child', 'children'],
  ['man', 'men'],
  ['woman', 'women'],
  ['foot', 'feet'],
  ['tooth', 'teeth'],
  ['goose', 'geese'],
  ['mouse', 'mice'],
  ['ox', 'oxen'],
  ['quiz', 'quizzes'],
  ['datum', 'data'],
  ['medium', 'media'],
  ['criterion', 'criteria'],
  ['index', 'indices'],
  ['matrix', 'matrices'],
  ['vertex', 'vertices'],
  ['analysis', 'analyses'],
  ['basis', 'bases'],
  ['crisis', 'crises'],
  ['thesis', 'theses'],
  ['diagnosis', 'diagnoses'],
  ['move', 'moves'],
]);
const UNCOUNTED = new Set([
  'equipment',
  'information',
  'money',
  'species',
  'series',
  'fish',
  'sheep',
  'news',
  'data',
  'media',
  'feedback',
  'metadata',
]);
const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/(alias|status|virus|bus)$/i, '$1es'],
  [/(x|ch|ss|sh|z)$/i, '$1es'],
  [/([^aeiou]|qu)y$/i, '$1ies'],
  [/(?:([^f])fe|([lr])f)$/i, '$1$2ves'],
  [/(buffal|tomat|potat|her|ech)o$/i, '$1oes'],
  [/s$/i, 's'],
  [/$/, 's'],
];

/** The plural of the last word of a name in camel or snake case. */
export function pluralOf(name: string): string {
  const at = Math.max(name.lastIndexOf('_') + 1, name.search(/[A-Z][a-z0-9]*$/), 0);
  const head = name.slice(0, at);
  const word = name.slice(at);
  const lower = word.toLowerCase();
  if (word === '' || UNCOUNTED.has(lower)) return name;
  const irregular = IRREGULAR.get(lower);
  if (irregular !== undefined) return head + (word === lower ? irregular : irregular.charAt(0).toUpperCase() + irregular.slice(1));
  const rule = ENDINGS.find(([ending]) => ending.test(word));
  return head + (rule ? word.replace(rule[0], rule[1]) : word);
}
