/**
 * Numbered or timestamped .sql files in a folder of migrations of which nothing says whose they are: home-made runners,
 * Rails-like folders, SQL of node-pg-migrate and db-migrate. No transaction is known of.
 */
import { blankDown } from './sections.ts';
import { sqlLayout } from './sql.ts';

export const plain = sqlLayout({ name: 'plain', isOwn: () => true, up: blankDown, transaction: () => 'none' });
