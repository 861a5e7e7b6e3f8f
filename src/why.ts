/**
 * The pipeline of `dropgate why`: everything that touches one table, column or flag, at base and head.
 * Input: the words that name it, the revisions. Output: a Story. Throws UsageError for what the caller has to mend.
 */
import { openRepository, type RevisionOptions } from './discover/revisions.ts';
import { readFlagStates } from './extract/flag-state.ts';
import { gatherSubject } from './extract/subject.ts';
import { type Story, storyOf } from './link/story.ts';
import { loadRules } from './rules.ts';
import type { CheckOptions } from './run.ts';
import { readConfig } from './run.ts';

export type WhyOptions = Omit<CheckOptions, 'staged' | 'deployed'> & RevisionOptions;

export async function why(subject: string, options: WhyOptions): Promise<Story> {
  const repository = await openRepository(options.cwd, options);
  try {
    const now = options.now ?? new Date();
    const { config } = await readConfig(repository, options.config, await loadRules());
    const { states } = await readFlagStates(repository, config, options);
    const facts = await gatherSubject(subject, { repository, config, states, progress: options.onProgress ?? (() => undefined) });
    const story = storyOf(subject, facts, { states, now, soakDays: config.soakDays });
    return { ...story, base: repository.base?.revision ?? null, head: repository.head.revision };
  } finally {
    repository.close();
  }
}
