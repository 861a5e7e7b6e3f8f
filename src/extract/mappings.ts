/**
 * What maps tables to names in code, per database: schema.prisma and the models that code declares.
 * Input: the histories, a reader per revision. Output: Mappings of one side, or of both together.
 */
import type { PrismaSchema } from '../parse/prisma.ts';
import { aliasesOf } from './aliases.ts';
import type { CodeReader } from './code.ts';
import type { DatabaseHistory } from './history.ts';
import { type Asked, type Mapped, type Mappings, NOT_MAPPED } from './interest.ts';

/** What one side's client maps: a field it does not map it cannot send. */
export async function mappingsOf(histories: readonly DatabaseHistory[], side: 'base' | 'head', reader: CodeReader): Promise<Mappings> {
  const { all } = await reader.models();
  const hasTextQueries = (await reader.layers()).some((layer) => layer.namesTables);
  return new Map(
    histories.map(({ id, [side]: there }) => [
      id,
      { prisma: [there?.prisma].filter((p): p is PrismaSchema => p != null), models: all.filter((m) => m.database === id), hasTextQueries },
    ]),
  );
}

/** With the constants of other files that keep names asked about, where queries can be made of texts at all. */
export async function withAliases(mappings: Mappings, asked: readonly Asked[], reader: CodeReader): Promise<Mappings> {
  const isText = (database: string): boolean => {
    const { hasTextQueries, prisma, models } = mappings.get(database) ?? NOT_MAPPED;
    return hasTextQueries || (prisma.length === 0 && models.length === 0);
  };
  const names = asked.filter((a) => isText(a.database)).flatMap((a) => (a.column === null ? [a.table] : [a.table, a.column]));
  const aliases = await aliasesOf([...new Set(names)], reader);
  return new Map([...mappings].map(([id, mapped]) => [id, { ...mapped, aliases }]));
}

/** Both sides together. */
export const joined = (...sides: readonly Mappings[]): Mappings => {
  const all = new Map<string, Mapped>();
  for (const [id, { prisma, models, hasTextQueries }] of sides.flatMap((side) => [...side])) {
    const known = all.get(id);
    all.set(id, {
      prisma: [...(known?.prisma ?? []), ...prisma],
      models: [...(known?.models ?? []), ...models],
      hasTextQueries: hasTextQueries || (known?.hasTextQueries ?? false),
    });
  }
  return all;
};
