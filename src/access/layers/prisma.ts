/**
 * Accesses of the Prisma client: queries, objects annotated with its generated types, and fields read from its rows.
 * Input: a module, the databases with their schema.prisma. Output: Extraction.
 */
import { keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { delegateName, sentFields } from '../../parse/prisma.ts';
import { clientWideOmit, NOTHING_OMITTED, visitFluent, visitQuery, visitShape } from '../prisma/arguments.ts';
import { prismaCallOf } from '../prisma/calls.ts';
import { ADAPTERS, type ArgumentShape, GENERATED_INPUTS } from '../prisma/catalogue.ts';
import { clientOptions } from '../prisma/clients.ts';
import { addRowWrites } from '../prisma/row-writes.ts';
import { hasField, prismaRows } from '../prisma/rows.ts';
import { makeRecorder, type Recorder } from '../recorder.ts';
import { fieldUses } from '../rows.ts';
import type { AccessContext, AccessLayer } from '../types.ts';
import type { Source } from '../values.ts';

const prisma: AccessLayer = {
  name: 'prisma',
  extract: (module, context) => {
    const recorder = makeRecorder('prisma', context);
    if (!context.databases.some((d) => d.prisma)) return { accesses: [], writes: [], unresolved: [] };
    for (const call of module.nodes('CallExpression')) addQueries(call, module, context, recorder);
    addAdapters(module, context, recorder);
    addAnnotatedObjects(module, context, recorder);
    addFieldReads(module, context, recorder);
    return { accesses: recorder.accesses, writes: recorder.writes, unresolved: [] };
  },
};

function addQueries(node: Node, module: Module, context: AccessContext, recorder: Recorder): void {
  for (const call of prismaCallOf(node, module, context)) {
    const { database, schema, operation, confidence, method } = call;
    const visit = {
      context,
      recorder,
      database,
      schema,
      operation,
      confidence,
      kind: method.kind,
      call: { node, module },
      omitted: clientWideOmit(clientOptions(call.client, context.modules), context.modules),
    };
    visitQuery(visit, call.model, method, call.args, call.delegate);
    addRowWrites(visit, call.model, call.name, call.args);
    const next = fluentCall(node, module);
    if (next) visitFluent({ ...visit, kind: 'read' }, call.model, next.name, next.args, next.at);
  }
}

/** `PrismaAdapter(prisma)`: a package that queries its models, whole rows of them. */
function addAdapters(module: Module, context: AccessContext, recorder: Recorder): void {
  for (const { packages, models } of ADAPTERS) {
    if (!module.imports.some((source) => packages.test(source))) continue;
    for (const call of module.nodes('CallExpression')) {
      const binding = call.callee.type === 'Identifier' ? module.binding(call.callee) : null;
      if (binding?.kind !== 'import' || !packages.test(binding.source)) continue;
      for (const { id, prisma: schema } of context.databases) {
        for (const model of models.flatMap((name) => schema?.models.get(name) ?? [])) {
          const at = { node: call as Node, module };
          const common = {
            database: id,
            kind: 'read' as const,
            table: model.table,
            column: null,
            confidence: 'medium' as const,
            operation: binding.source,
          };
          recorder.add({ ...common, how: 'named' }, at, at);
          recorder.add({ ...common, how: 'implicit', columns: sentFields(model).map((f) => f.column) }, at, at);
        }
      }
    }
  }
}

/** `.author()` after a query. */
function fluentCall(query: Node, module: Module): { name: string; args: Source | null; at: Source } | null {
  const member = module.parent(query);
  if (member?.type !== 'MemberExpression' || member.object !== query) return null;
  const call = module.parent(member);
  const name = keyName(member);
  if (call?.type !== 'CallExpression' || call.callee !== member || name === null) return null;
  const [first] = call.arguments;
  return { name, args: first ? { node: first, module } : null, at: { node: member.property, module } };
}

/** `const select: Prisma.UserSelect = { … }` and `{ … } satisfies Prisma.UserSelect`, wherever they end up. */
function addAnnotatedObjects(module: Module, context: AccessContext, recorder: Recorder): void {
  const typed = [
    ...module
      .nodes('VariableDeclarator')
      .flatMap((d) =>
        d.init && d.id.type === 'Identifier' && d.id.typeAnnotation
          ? [{ value: d.init as Node, type: d.id.typeAnnotation.typeAnnotation as Node }]
          : [],
      ),
    ...module
      .nodes('TSSatisfiesExpression', 'TSAsExpression')
      .map((n) => ({ value: n.expression as Node, type: n.typeAnnotation as Node })),
  ];
  for (const { value, type } of typed) {
    if (unwrap(value).type !== 'ObjectExpression') continue;
    const name = /^Prisma\.(\w+)$/.exec(module.text.slice(type.start, type.end))?.[1];
    if (name) addAnnotated(name, { node: value, module }, context, recorder);
  }
}

function addAnnotated(name: string, value: { node: Node; module: Module }, context: AccessContext, recorder: Recorder): void {
  for (const [suffix, shape] of GENERATED_INPUTS) {
    const modelName = suffix.test(name) ? name.replace(suffix, '') : null;
    if (modelName === null) continue;
    for (const { id, prisma: schema } of context.databases) {
      const model = schema?.models.get(modelName);
      const kind = kindOf(shape);
      if (schema && model)
        visitShape(
          {
            context,
            recorder,
            database: id,
            schema,
            operation: `Prisma.${name}`,
            confidence: 'high',
            call: value,
            kind,
            omitted: NOTHING_OMITTED,
          },
          model,
          shape,
          value,
          0,
        );
    }
    return;
  }
}

const kindOf = (shape: ArgumentShape): 'read' | 'write' => (shape === 'data' ? 'write' : 'read');

/** `user.imageUrl`, `const { imageUrl } = user`: reads of a field from a row a query returned. */
function addFieldReads(module: Module, context: AccessContext, recorder: Recorder): void {
  const names = context.interest?.fieldNames;
  for (const { row, name, at, isWritten } of fieldUses(prismaRows(context), module, (n) => names?.has(n) ?? true)) {
    // `user.password = undefined` hides a fetched field; a value typed as the model is filled to be stored.
    if (isWritten && !row.isTyped) continue;
    const { database, model } = row.model;
    const field = model.fields.get(name);
    if (!field || field.kind === 'relation' || field.ignored || !hasField(row, name, context)) continue;
    const operation = `field of prisma.${delegateName(model)}`;
    recorder.add(
      { database, kind: 'read', table: model.table, column: field.column, how: 'field', confidence: 'medium', operation },
      at,
      at,
    );
  }
}

export default prisma;
