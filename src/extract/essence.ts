/**
 * What a migration does, as text that two versions of it share where they do the same: the SQL without comments and white space.
 * Input: a migration as it is replayed. Output: its essence. Pure, linear.
 */
import { nextToken } from '../parse/sql/lexer.ts';
import type { MigrationText } from '../schema/replay.ts';

const tokensOf = (text: string): string => {
  const tokens: string[] = [];
  for (let token = nextToken(text, 0); token; token = nextToken(text, token.end)) tokens.push(text.slice(token.start, token.end));
  return tokens.join(' ').replace(/( ;)+$/, '');
};

export const essenceOf = ({ parts }: MigrationText): string =>
  parts.map((part) => (part.kind === 'sql' ? tokensOf(part.text) : `${part.problem.reason} ${part.problem.excerpt}`)).join('\n');
