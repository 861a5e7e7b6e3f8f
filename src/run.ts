/**
 * The pipeline: discover → parse → extract facts → link → check rules → report.
 * Input: what the user asked for. Output: a Report, or the facts of a removal report.
 */
import { configFiles, loadConfig } from './config/load.ts';
import type { Config } from './config/types.ts';
import { openRepository, type Repository, type RevisionOptions } from './discover/revisions.ts';
import type { Tree } from './discover/tree.ts';
import { readFlagStates } from './extract/flag-state.ts';
import { type Facts, gather } from './extract/gather.ts';
import { link } from './link/link.ts';
import type { Flag, Project } from './link/project.ts';
import { reasonOf, UsageError } from './parse/errors.ts';
import { decode } from './parse/text.ts';
import type { Report } from './report/finding.ts';
import { type Draft, finish, type ReadLine } from './report/finish.ts';
import type { Rule } from './rule.ts';
import { loadRules } from './rules.ts';

export interface CheckOptions extends RevisionOptions {
  readonly cwd: string;
  /** Flag state file on disk, read as given. */
  readonly flags?: string | undefined;
  readonly now?: Date | undefined;
  /** Config file, relative to the repository's root. */
  readonly config?: string | undefined;
  readonly onProgress?: ((stage: string) => void) | undefined;
  /** Judge how every flag is evaluated, not only those that guard accesses to a schema. */
  readonly allFlags?: boolean | undefined;
}

/** Checks a change (or, with `all`, the whole repository). Throws UsageError for what the caller has to mend. */
export async function check(options: CheckOptions): Promise<Report> {
  const repository = await openRepository(options.cwd, options);
  try {
    return await inspect(repository, options);
  } finally {
    repository.close();
  }
}

/** The same for a repository that is already open. */
export async function inspect(repository: Repository, options: Omit<CheckOptions, keyof RevisionOptions>): Promise<Report> {
  const started = performance.now();
  const rules = await loadRules();
  const { facts, project, config, hints } = await study(repository, options, rules);
  options.onProgress?.('checking rules');
  const findings = applyRules(rules, project, config);
  const line = await lineReader(repository, findings);
  return finish({
    base: repository.base?.revision ?? null,
    head: repository.head.revision,
    findings,
    counts: countsOf(facts, project, Math.round(performance.now() - started)),
    hints: [...hints, ...leftAlone(facts), ...staleHint(project, findings)],
    line,
  });
}

export interface Study {
  readonly facts: Facts;
  readonly project: Project;
  readonly config: Config;
  readonly hints: readonly string[];
}

/** Everything before the rules. */
export async function study(
  opened: Repository,
  options: Omit<CheckOptions, keyof RevisionOptions>,
  rules: readonly Rule[],
): Promise<Study> {
  const now = options.now ?? new Date();
  const { config, hints } = await readConfig(opened, options.config, rules);
  const repository = config.deployed !== null && !opened.namesDeployed ? await opened.withDeployed(config.deployed) : opened;
  const { states, complete, hints: flagHints } = await readFlagStates(repository, config, { ...options, now });
  const { allFlags } = options;
  const facts = await gather({ repository, config, states, complete, now, allFlags, progress: options.onProgress ?? (() => undefined) });
  return { facts, config, hints: [...hints, ...flagHints], project: link(facts, config, now, repository.base === null) };
}

/** A pull request cannot weaken its own gate: its config is the base's. */
export async function readConfig(
  repository: Repository,
  explicit: string | undefined,
  rules: readonly Rule[],
): Promise<{ config: Config; hints: string[] }> {
  const { base, head, untrusted } = repository;
  const trusted = untrusted && base ? base : head;
  const config = await loadConfig(
    (paths) => readTexts(trusted, paths),
    explicit,
    rules.map((r) => r.id),
  );
  if (trusted === head || !base) return { config, hints: [] };
  const [before, after] = [await readTexts(base, configFiles), await readTexts(head, configFiles)];
  const isChanged = configFiles.some((f) => before.get(f) !== after.get(f));
  return { config, hints: isChanged ? ['This change edits the Dropgate config; the target branch’s version was used.'] : [] };
}

async function readTexts(tree: Tree, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const [path, bytes] of await tree.read(paths)) {
    const decoded = decode(bytes);
    if (!decoded.ok) throw new UsageError(`\`${path}\` is not text: ${decoded.reason}.`, 'Save it as UTF-8.');
    texts.set(path, decoded.text);
  }
  return texts;
}

/** Each rule on its own: one that fails is an error of Dropgate, said as such, and the others still run. */
function applyRules(rules: readonly Rule[], project: Project, config: Config): Draft[] {
  return rules.flatMap((rule) => {
    const severity = config.rules.get(rule.id);
    if (severity === 'off') return [];
    try {
      return rule.check(project).map((draft) => (severity ? { ...draft, severity } : draft));
    } catch (error) {
      throw new Error(`rule ${rule.id} failed: ${reasonOf(error)}`, { cause: error });
    }
  });
}

/** Lines of the files findings stand in, for code frames. */
async function lineReader(repository: Repository, findings: readonly Draft[]): Promise<ReadLine> {
  const files = [...new Set(findings.map((f) => f.file))];
  const load = async (tree: Tree | null): Promise<ReadonlyMap<string, readonly string[]>> =>
    new Map(
      [...(tree ? await tree.read(files) : [])].flatMap(([file, bytes]) => {
        const d = decode(bytes);
        return d.ok ? [[file, d.text.split(/\r?\n/)] as const] : [];
      }),
    );
  const [base, head] = [await load(repository.base), await load(repository.head)];
  return (revision, file, line) => (revision === 'base' ? base : head).get(file)?.[line - 1] ?? null;
}

function countsOf(facts: Facts, project: Project, durationMs: number): Parameters<typeof finish>[0]['counts'] {
  const evaluations = new Set(
    [...facts.flagUses.evaluations, ...[...facts.base, ...facts.head].flatMap((a) => a.guards.map((g) => g.evaluation))].map(
      (e) => `${e.location.file}:${e.location.line}:${e.location.column}`,
    ),
  );
  return {
    suppressed: 0,
    migrations: facts.histories.reduce((n, h) => n + h.migrations, 0),
    statements: facts.histories.reduce((n, h) => n + h.statements, 0),
    sourceFiles: facts.sourceFiles,
    accesses: facts.base.length + facts.head.length,
    evaluations: evaluations.size,
    flags: facts.states.size,
    unanalysed: project.unreadable.length + project.unresolved.length,
    durationMs,
  };
}

/** Databases of kinds that are not judged: said once, where migrations of theirs are in question. */
function leftAlone({ histories }: Facts): string[] {
  const names = { sqlite: 'SQLite', clickhouse: 'ClickHouse' } as const;
  return histories.flatMap(({ dialect, roots, migrations }) =>
    (dialect === 'sqlite' || dialect === 'clickhouse') && migrations > 0
      ? [`${names[dialect]} migrations in ${roots.join(', ')} are left alone.`]
      : [],
  );
}

/** Stale and dead flags in code the change leaves alone: one line, the rest under --all. */
function staleHint(project: Project, findings: readonly Draft[]): string[] {
  const shown = new Set(findings.flatMap((f) => (f.stage === 'clean-up' && f.subject.kind === 'flag' ? [f.subject.key] : [])));
  const isDue = ({ key, decision }: Flag): boolean => !shown.has(key) && (decision.kind === 'stale' || decision.kind === 'dead');
  const left = project.all ? [] : project.flags.filter(isDue);
  return left.length === 0
    ? []
    : [
        `${left.length} stale or dead flag${left.length === 1 ? '' : 's'} in code this change leaves alone: dropgate check --all, dropgate remove --all-stale`,
      ];
}
