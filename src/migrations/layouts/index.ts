/** Every layout, the most specific first: a file belongs to the first that claims it. */
import { atlas } from './atlas.ts';
import type { CodeLayout } from './code.ts';
import { dbMigrate } from './db-migrate.ts';
import { dbmate } from './dbmate.ts';
import { drizzle } from './drizzle.ts';
import { flyway } from './flyway.ts';
import { golangMigrate } from './golang-migrate.ts';
import { goose } from './goose.ts';
import { knex } from './knex.ts';
import { kysely } from './kysely.ts';
import type { Layout } from './layout.ts';
import { liquibase } from './liquibase.ts';
import { mikroOrm } from './mikro-orm.ts';
import { nodePgMigrate } from './node-pg-migrate.ts';
import { plain } from './plain.ts';
import { prisma } from './prisma.ts';
import { queries } from './queries.ts';
import { sequelize } from './sequelize.ts';
import { sqlMigrate } from './sql-migrate.ts';
import { sqlx } from './sqlx.ts';
import { supabase } from './supabase.ts';
import { tern } from './tern.ts';
import { typeorm } from './typeorm.ts';
import { upDownFolders } from './up-down-folders.ts';

/** Runners of migrations in TypeScript and JavaScript. */
export const CODE_LAYOUTS: readonly CodeLayout[] = [typeorm, mikroOrm, sequelize, dbMigrate, nodePgMigrate, kysely, knex, queries];

/** Runners of .sql files, those that the files themselves name first. */
const SQL_LAYOUTS: readonly Layout[] = [liquibase, dbmate, goose, sqlMigrate, tern, atlas, supabase, sqlx, golangMigrate, plain];

export const LAYOUTS: readonly Layout[] = [drizzle, prisma, upDownFolders, flyway, ...CODE_LAYOUTS, ...SQL_LAYOUTS];
