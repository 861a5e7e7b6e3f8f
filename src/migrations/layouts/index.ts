/** Every layout, the most specific first: a file belongs to the first that claims it. */
import { drizzle } from './drizzle.ts';
import { flyway } from './flyway.ts';
import type { Layout } from './layout.ts';
import { plain } from './plain.ts';
import { prisma } from './prisma.ts';
import { upDownFolders } from './up-down-folders.ts';

export const LAYOUTS: readonly Layout[] = [drizzle, prisma, upDownFolders, flyway, plain];
