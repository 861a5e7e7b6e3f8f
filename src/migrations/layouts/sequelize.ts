/**
 * Sequelize, by sequelize-cli or umzug: files in the order of their names; `up(queryInterface, Sequelize)` or `up({ context })`.
 * Neither opens a transaction: every statement is on its own (umzug README; not verified in its source).
 */
import { sequelizeInterface } from '../code/builders/sequelize.ts';
import { SEQUELIZE, sequelizeMember } from '../code/builders/sequelize-types.ts';
import { codeLayout } from './code.ts';

export const sequelize = codeLayout({
  name: 'sequelize',
  signature: /\bqueryInterface\b|\bQueryInterface\b|['"]sequelize(?:-typescript|-cli)?['"]/,
  arguments: (builder) => [sequelizeInterface(builder), SEQUELIZE],
  packageValue: (_, source, imported) => {
    if (!/^(?:sequelize|sequelize-typescript|@sequelize\/core)$/.test(source)) return null;
    return imported === '*' || imported === 'default' ? SEQUELIZE : sequelizeMember(imported);
  },
  transaction: () => 'none',
});
