/** An ORM sends every mapped column, asked or not: dropping one breaks queries that never name it. */
import { andMore, confidenceOf, fateOf, firstUse, lower, named, place, type Rule, report, subjectOf, usesEvidence } from '../src/rule.ts';

/** How each ORM is told to leave a column alone. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['prisma', 'Prisma: `@ignore`'],
  ['typeorm', 'TypeORM: `{ select: false, insert: false, update: false }`'],
  ['sequelize', 'Sequelize: take the attribute out of the model'],
  ['mikro-orm', 'MikroORM: `persist: false`'],
  ['drizzle', 'Drizzle: take it out of the table’s definition'],
]);

const rule: Rule = {
  id: 'coupled-mapping',
  stage: 'contract',
  severity: 'error',
  summary: 'the ORM model that deployed code queries still maps the dropped column',
  why: 'Prisma and other ORMs list every mapped column in SELECT and RETURNING; old instances fail on each such query as soon as the column is gone.',
  fix: 'Unmap the column one release earlier (Prisma: `@ignore`; TypeORM: `{ select: false, insert: false, update: false }`; Drizzle, Sequelize: take it out of the model); drop its NOT NULL first where it has no default.',
  check: (project) =>
    [...project.removals, ...project.retypes].flatMap(({ object, change, verdict }) => {
      if (verdict.kind !== 'mapped') return [];
      const first = firstUse(verdict.uses);
      const where = first ? `${first.access.operation} at ${place(first.access.location)}${andMore(verdict.uses.length)}` : 'a query';
      return [
        report(rule, change.location, {
          severity: lower('error', project),
          confidence: confidenceOf(verdict.uses),
          subject: subjectOf(object),
          evidence: usesEvidence('base', verdict.uses),
          message: `${named(object)} ${fateOf(change)} by this change while the model deployed code queries still maps it — ${where} sends the column without naming it, and fails during the deploy.`,
          help: `Unmap the column in one release (${REMEDIES.get(first?.access.layer ?? '') ?? 'take it out of the model'}; first drop its NOT NULL if it has no default), and ship this migration in a later one.`,
        }),
      ];
    }),
};

export default rule;
