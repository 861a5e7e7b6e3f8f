/** Preview: a read moves to a column that is still empty in every row from before. */
import { type MissingBackfill, place, type Rule, report, useEvidence } from '../src/rule.ts';

const rule: Rule = {
  id: 'missing-backfill',
  stage: 'backfill',
  severity: 'note',
  summary: 'preview: a read moves from a legacy column to a new one that no migration, script or job fills from it',
  why: 'Rows written before the dual write began have only the legacy value; readers of the new column see NULL in them.',
  fix: 'Fill the new column from the legacy one in batches before the first reader moves.',
  check: (project) => project.missingBackfills.map(judge),
};

function judge({ legacy, fresh, read }: MissingBackfill): ReturnType<typeof report> {
  const [old, next] = [`\`${legacy.table}.${legacy.column}\``, `\`${fresh.table}.${fresh.column}\``];
  return report(rule, read.location, {
    confidence: read.confidence,
    subject: { kind: 'column', table: fresh.table, name: fresh.column },
    evidence: [useEvidence('head', read)],
    message: `The read at ${place(read.location)} moves from ${old} to ${next}, and no migration, script or job here fills ${next} from it — rows from before have nothing there.`,
    help: `Backfill ${next} from ${old} in batches first; if that happens elsewhere, nothing is to do.`,
  });
}

export default rule;
