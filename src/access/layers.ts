/** The ways code reaches a database. A new one is one file beside this and one name here. */
import { prisma } from './prisma.ts';
import { sql } from './sql.ts';
import type { AccessLayer } from './types.ts';

export const LAYERS: readonly AccessLayer[] = [prisma, sql];
