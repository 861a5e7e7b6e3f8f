/**
 * Which expressions are Knex: by the package they come from, by their declared type, or only by what they are called.
 * Input: the receiver of a query. Output: how sure that is; null where it is something else.
 */
import { enclosingClass } from '../../code/functions.ts';
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Binding, Module, Modules, Node } from '../../code/types.ts';
import { originOf } from '../../code/values.ts';
import { clientOf } from '../sql-client.ts';
import type { Source } from '../values.ts';

const KNEX_PACKAGE = /^(?:knex|objection|nestjs-knex|nest-knexjs|@?[\w-]*\/?[\w-]*knex[\w-]*)(?:\/|$)/;
const OTHER_PACKAGE = /supabase|postgrest|kysely|drizzle|typeorm|sequelize|prisma|mongo|firebase|firestore|cheerio|jquery/i;
const LIKELY = /(?:^|[^a-z])(?:knex\w*|\w*db|database|trx|tx|transaction|conn|connection|pg|psql|mysql)$|Knex$|Db$|Trx$|Transaction$/i;

export type Certainty = 'sure' | 'likely';

/** How sure it is that a receiver is a Knex client, transaction or query. */
export function knexOf(receiver: Source, modules: Modules): Certainty | null {
  const node = unwrapAwait(receiver.node);
  const annotation = annotationOf(node, receiver.module);
  if (annotation && isKnexType(annotation, receiver.module, modules)) return 'sure';
  const { packages } = clientOf({ node, module: receiver.module }, modules);
  if ([...packages].some((name) => KNEX_PACKAGE.test(name))) return 'sure';
  if ([...packages].some((name) => OTHER_PACKAGE.test(name))) return null;
  const name = node.type === 'Identifier' ? node.name : node.type === 'MemberExpression' ? keyName(node) : null;
  return name !== null && LIKELY.test(name) ? 'likely' : null;
}

/** The declared type of a variable, parameter or field of the class. */
export function annotationOf(node: Node, module: Module): Node | null {
  if (node.type === 'Identifier') return annotated(module.binding(node));
  if (node.type !== 'MemberExpression' || node.object.type !== 'ThisExpression') return null;
  const name = keyName(node);
  const owner = enclosingClass(node, module);
  for (const member of owner?.body.body ?? [])
    if (member.type === 'PropertyDefinition' && keyName(member) === name && member.typeAnnotation) return member.typeAnnotation;
  for (const { parameter } of module.nodes('TSParameterProperty')) {
    const id = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
    if (id.type === 'Identifier' && id.name === name && owner && id.start >= owner.start && id.end <= owner.end)
      return id.typeAnnotation ?? null;
  }
  return null;
}

const annotated = (binding: Binding | null): Node | null =>
  binding?.kind === 'variable' || binding?.kind === 'parameter' ? binding.annotation : null;

/** `Knex`, `Knex.Transaction`, and aliases of them in other files: `type Db = Knex | Knex.Transaction`. */
function isKnexType(annotation: Node, module: Module, modules: Modules): boolean {
  const text = module.text.slice(annotation.start, Math.min(annotation.end, annotation.start + 200));
  if (/\b(?:Knex|KnexTransaction)\b/.test(text)) return true;
  return module.nodes('TSTypeReference').some(({ typeName, start, end }) => {
    if (start < annotation.start || end > annotation.end || typeName.type !== 'Identifier') return false;
    const origin = originOf(typeName, module, modules);
    if (origin?.kind === 'package') return KNEX_PACKAGE.test(origin.source);
    return (
      origin?.kind === 'local' &&
      /\bKnex\b/.test(origin.module.text.slice(origin.node.start, Math.min(origin.node.end, origin.node.start + 300)))
    );
  });
}
