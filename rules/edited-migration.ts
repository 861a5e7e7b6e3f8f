/** Runners apply a migration once and remember it: an edit reaches new databases and never the ones that matter. */
import { type Rule, report } from '../src/rule.ts';

const rule: Rule = {
  id: 'edited-migration',
  stage: null,
  severity: 'warning',
  summary: 'a migration that base already has was changed',
  why: 'Databases that have applied it will not apply it again: from here on new and existing databases differ.',
  fix: 'Put the migration back as it was, and say the rest in a new one.',
  check: (project) =>
    project.edited.map(({ id, path, before }) =>
      report(
        rule,
        { file: path, line: 1, column: 1, endLine: 1, endColumn: 2 },
        {
          subject: { kind: 'file', name: path },
          evidence: [{ kind: 'migration', revision: 'base', file: before.path, line: 1, column: 1 }],
          message:
            id === before.id
              ? `The migration \`${id}\` was changed after it landed — databases that have applied it keep the old form.`
              : `The migration \`${before.id}\` was replaced by \`${id}\` after it landed — databases that have applied it keep the old form, and meet the other as new.`,
          help: 'Restore the file, and put the difference into a new migration.',
        },
      ),
    ),
};

export default rule;
