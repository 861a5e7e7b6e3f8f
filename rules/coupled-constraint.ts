/** A rule the database begins to enforce, against writers that were there before it. */
import {
  andMore,
  type Draft,
  type Forgotten,
  type JudgedDemand,
  migrationEvidence,
  named,
  type Project,
  place,
  type Rule,
  report,
  subjectOf,
  type Unfilled,
  type Writer,
  writerEvidence,
} from '../src/rule.ts';

const rule: Rule = {
  id: 'coupled-constraint',
  stage: 'contract',
  severity: 'error',
  summary: 'a tightening that the code running during the migration violates: it leaves out or sends what is no longer allowed',
  why: 'The database enforces the new rule from the moment the migration has run, and old instances keep writing as before until the last of them is replaced.',
  fix: 'First ship code whose every write meets the rule, then tighten in a later release.',
  check: (project) => [
    ...project.demands.flatMap((demand) => judge(demand, project)),
    ...project.unfilled.map(stopsFilling),
    ...project.forgotten.map(forgets),
  ],
};

type Demand = JudgedDemand['demand'];

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** What the change does to the object, by demand. */
const WHAT: { readonly [K in Demand['kind']]: (demand: Extract<Demand, { kind: K }>) => string } = {
  filled: ({ cause }) =>
    ({
      'new-column': 'is added as NOT NULL without a default',
      'not-null': 'becomes NOT NULL',
      'no-default': 'loses its default and stays NOT NULL',
    })[cause],
  allowed: ({ columns, values }) => `allows ${list(columns)} only ${list(values)}`,
  'gone-value': ({ renamedTo }) => (renamedTo === null ? 'is removed' : `is renamed to \`${renamedTo}\``),
  unique: ({ columns }) => `makes ${list(columns)} unique`,
  references: ({ columns, target }) => `makes ${list(columns)} refer to \`${target}\``,
  'lost-key': ({ columns }) => `is dropped, the only unique key on ${list(columns)},`,
};

/** What the writers do, and what becomes of it. */
const HOW: Readonly<Record<Demand['kind'], readonly [failing: string, suspect: string, consequence: string]>> = {
  filled: ['inserts rows without it or with NULL', 'inserts rows without it, unless a trigger fills it,', 'each such INSERT is refused'],
  allowed: ['writes another value', 'may write another value', 'each such write is refused'],
  'gone-value': ['names the value', 'may name the value', 'each such query is refused'],
  unique: [
    'writes the same values each time',
    'writes values that may be there already',
    'a write of a value that is there already is refused',
  ],
  references: ['writes a value that is not there', 'writes values that may not be there yet', 'a write without its counterpart is refused'],
  'lost-key': [
    'relies on it in an upsert',
    'may rely on it in an upsert',
    'without the key the upsert is refused, or inserts a second row',
  ],
};

/** For a column that cannot have been sent as NULL on purpose. */
const LEFT_OUT = ['inserts rows without it', 'inserts rows without it, unless a trigger fills it,', 'each such INSERT is refused'] as const;

/** A value of a type is its own object; one of a column’s own enum is the column’s. */
const whatOf = (demand: Demand, { kind }: JudgedDemand['object']): string =>
  demand.kind === 'gone-value' && kind === 'column'
    ? `loses the value \`${demand.value}\``
    : (WHAT[demand.kind] as (demand: Demand) => string)(demand);

function judge(judged: JudgedDemand, project: Project): Draft[] {
  const isProven = judged.failing.length > 0;
  const writers = isProven ? judged.failing : judged.suspects;
  const [first] = writers;
  if (!first) return [];
  const { demand, object, change, side } = judged;
  const [failing, suspect, consequence] = demand.kind === 'filled' && demand.cause !== 'not-null' ? LEFT_OUT : HOW[demand.kind];
  const who = side === 'base' ? 'the code it replaces' : 'the code it ships';
  return [
    report(rule, change.location, {
      severity: isProven ? 'error' : 'warning',
      confidence: confidenceOf(writers),
      subject: subjectOf(object),
      evidence: writers.map((writer) => writerEvidence(side, writer)),
      message: `${named(object)} ${whatOf(demand, object)} in this change while ${who} ${isProven ? failing : suspect} at ${place(first.location)}${andMore(writers.length)} — ${consequence}.`,
      help: helpFor(demand, project),
    }),
  ];
}

const confidenceOf = (writers: readonly Writer[]): Draft['confidence'] =>
  writers.some(({ confidence }) => confidence === 'high') ? 'high' : 'medium';

/** What to ship before the tightening. */
const BEFORE: Readonly<Record<Demand['kind'], string>> = {
  filled: 'code that fills the column in every INSERT',
  allowed: 'code that writes only what the list allows',
  'gone-value': 'code that no longer names the value',
  unique: 'code that cannot write a value twice, and clean up the rows there are',
  references: 'code that writes the other row first, and clean up the rows there are',
  'lost-key': 'an upsert on another key',
};

function helpFor(demand: Demand, { config }: Project): string {
  if (demand.kind === 'filled' && demand.cause === 'new-column')
    return 'Add the column nullable or with a default, ship code that fills it, and take the default or the NULL away in a later release.';
  const before = BEFORE[demand.kind];
  return config.deploy === 'code-first'
    ? `Ship ${before} in this change.`
    : `Ship ${before} in one release, and this migration in a later one.`;
}

function forgets({ change, lost }: Forgotten): Draft {
  return report(rule, change.location, {
    severity: 'warning',
    subject: subjectOf(change.object),
    evidence: [migrationEvidence(change)],
    message: `${named(change.object)} loses ${lost.map((part) => `\`${part}\``).join(' and ')} in this change, which says its definition again without — from now on rows can hold NULL where readers have never met one.`,
    help: `Say ${lost.map((part) => `\`${part}\``).join(' and ')} again, or take it away in a statement of its own.`,
  });
}

function stopsFilling({ column, write, before }: Unfilled): Draft {
  const object = { kind: 'column', table: write.table, name: column } as const;
  return report(rule, write.location, {
    confidence: write.confidence,
    subject: subjectOf(object),
    evidence: [writerEvidence('head', write), writerEvidence('base', before)],
    message: `The INSERT at ${place(write.location)} no longer fills ${named(object)}, which is NOT NULL without a default — every run of it is refused.`,
    help: `Drop the NOT NULL of ${named(object)} first, in a release of its own, or keep writing the column.`,
  });
}

export default rule;
