/**
 * What maps tables to names in code, per database: schema.prisma and the models that code declares.
 * Input: the histories, a reader per revision. Output: Mappings of one side, or of both together.
 */
import type { PrismaSchema } from '../parse/prisma.ts';
import type { CodeReader } from './code.ts';
import type { DatabaseHistory } from './history.ts';
import type { Mapped, Mappings } from './interest.ts';

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
