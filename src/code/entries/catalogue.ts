/**
 * How frameworks reach code, as data: calls that are given a handler, decorators of methods, files whose exports a
 * framework calls, methods of a lifecycle. A new framework is one more entry.
 */

export type EntryKind = 'request' | 'job' | 'start-up' | 'script' | 'test' | 'component' | 'unknown';

/** `app.get('/x', handler)`, `new Worker('queue', handler)`: a call that keeps a function to run it later. */
export interface CallEntry {
  readonly framework: string;
  readonly kind: EntryKind;
  /** Where the function called, or what the method is called on, comes from. */
  readonly packages: readonly string[];
  /** Last name of the callee. */
  readonly names: readonly string[];
  /** What the method may be called on where its origin is not seen; absent: only the origin counts. */
  readonly receivers?: RegExp;
  /** What the first argument is where only the receiver's name says it. */
  readonly first?: RegExp;
}

const methods = ['get', 'post', 'put', 'patch', 'delete', 'del', 'all', 'head', 'options', 'use', 'route', 'on', 'ws'];
const servers = /(?:^|\.)(?:app|router|routes?|server|api|fastify|hono|[a-z]\w*(?:Router|App|Routes|Server|Api))$/;
const path = /^['"`](?:\/|\*|$)/;

export const calls: readonly CallEntry[] = [
  {
    framework: 'express',
    kind: 'request',
    packages: ['express', 'express-promise-router', 'restify'],
    names: methods,
    receivers: servers,
    first: path,
  },
  { framework: 'koa', kind: 'request', packages: ['koa', '@koa/router', 'koa-router'], names: methods },
  { framework: 'fastify', kind: 'request', packages: ['fastify'], names: [...methods, 'addHook', 'register'] },
  { framework: 'hono', kind: 'request', packages: ['hono', '@hono/zod-openapi'], names: [...methods, 'openapi'] },
  {
    framework: 'nuxt',
    kind: 'request',
    packages: ['h3', '#imports'],
    names: ['defineEventHandler', 'eventHandler', 'defineCachedEventHandler'],
  },
  { framework: 'node', kind: 'request', packages: ['http', 'node:http', 'https', 'node:https'], names: ['createServer'] },
  {
    framework: 'trpc',
    kind: 'request',
    packages: ['@trpc/server'],
    names: ['query', 'mutation', 'subscription'],
    receivers: /[pP]rocedure\b/,
  },
  {
    framework: 'ts-rest',
    kind: 'request',
    packages: ['@ts-rest/express', '@ts-rest/next', '@ts-rest/nest', '@ts-rest/fastify', '@ts-rest/serverless/fetch'],
    names: ['router', 'createNextRoute', 'createNextHandler', 'tsRestHandler', 'fetchRequestHandler'],
  },
  { framework: 'bullmq', kind: 'job', packages: ['bullmq', 'bullmq-pro'], names: ['Worker', 'WorkerPro'] },
  { framework: 'bull', kind: 'job', packages: ['bull'], names: ['process'], receivers: /[qQ]ueue$/ },
  {
    framework: 'node-cron',
    kind: 'job',
    packages: ['node-cron', 'cron', 'croner', 'node-schedule'],
    names: ['schedule', 'scheduleJob', 'CronJob', 'Cron', 'from'],
  },
  { framework: 'inngest', kind: 'job', packages: ['inngest'], names: ['createFunction'], receivers: /inngest/i },
  {
    framework: 'trigger.dev',
    kind: 'job',
    packages: ['@trigger.dev/sdk', '@trigger.dev/sdk/v3'],
    names: ['task', 'schemaTask', 'defineJob'],
    receivers: /^(?:client|trigger\w*|schedules)$/,
  },
  { framework: 'agenda', kind: 'job', packages: ['agenda', '@hokify/agenda', 'pulse'], names: ['define'], receivers: /agenda$/i },
  { framework: 'graphile-worker', kind: 'job', packages: ['graphile-worker'], names: ['run', 'runOnce', 'runTaskList'] },
  { framework: 'pg-boss', kind: 'job', packages: ['pg-boss'], names: ['work', 'subscribe'], receivers: /boss$/i },
  { framework: 'temporal', kind: 'job', packages: ['@temporalio/worker'], names: ['create'] },
  { framework: 'kafkajs', kind: 'job', packages: ['kafkajs'], names: ['run'], receivers: /[cC]onsumer$/ },
  { framework: 'amqplib', kind: 'job', packages: ['amqplib'], names: ['consume'], receivers: /channel$/i },
  { framework: 'timers', kind: 'job', packages: [], names: ['setInterval'] },
  {
    framework: 'commander',
    kind: 'script',
    packages: ['commander', 'yargs', 'cac', 'citty'],
    names: ['action', 'command', 'defineCommand'],
    receivers: /^(?:program|cli)\b/,
  },
  {
    framework: 'vitest',
    kind: 'test',
    packages: ['vitest', '@jest/globals', 'mocha', 'node:test'],
    names: ['test', 'it', 'describe', 'beforeEach', 'afterEach', 'beforeAll', 'afterAll'],
  },
];

/** Decorators of methods. */
export const decorators: readonly {
  readonly framework: string;
  readonly kind: EntryKind;
  readonly packages: RegExp;
  readonly names: readonly string[];
}[] = [
  {
    framework: 'nest',
    kind: 'request',
    packages: /^@nestjs\/|^routing-controllers$|^tsoa$|^@loopback\/|^type-graphql$|^@tsed\//,
    names: [
      'Get',
      'Post',
      'Put',
      'Patch',
      'Delete',
      'All',
      'Head',
      'Options',
      'Sse',
      'Query',
      'Mutation',
      'Subscription',
      'ResolveField',
      'ResolveProperty',
      'FieldResolver',
      'ResolveReference',
      'SubscribeMessage',
      'GrpcMethod',
      'MessagePattern',
      'TsRestHandler',
    ],
  },
  {
    framework: 'nest',
    kind: 'job',
    packages: /^@nestjs\/|^nestjs-|^nest-/,
    names: [
      'Cron',
      'Interval',
      'Timeout',
      'OnEvent',
      'Process',
      'OnQueueEvent',
      'OnWorkerEvent',
      'OnQueueCompleted',
      'OnQueueFailed',
      'EventPattern',
      'EventsHandler',
      'RabbitSubscribe',
    ],
  },
];

/** Methods that a framework calls by their name, in classes with one of these decorators. */
export const classMethods: readonly {
  readonly framework: string;
  readonly kind: EntryKind;
  readonly decorator: RegExp;
  readonly method: RegExp;
}[] = [
  { framework: 'nest', kind: 'job', decorator: /^(?:Processor|EventsHandler)$/, method: /^(?:process|handle)$/ },
  { framework: 'nest', kind: 'request', decorator: /^(?:CommandHandler|QueryHandler)$/, method: /^execute$/ },
];

/** Methods of a lifecycle. */
export const lifecycle: ReadonlyMap<string, { readonly framework: string; readonly kind: EntryKind }> = new Map<
  string,
  { readonly framework: string; readonly kind: EntryKind }
>([
  ...['onModuleInit', 'onApplicationBootstrap', 'onModuleDestroy', 'onApplicationShutdown', 'beforeApplicationShutdown'].map(
    (name) => [name, { framework: 'nest', kind: 'start-up' }] as const,
  ),
  ...['componentDidMount', 'componentDidUpdate', 'componentWillUnmount', 'getDerivedStateFromProps'].map(
    (name) => [name, { framework: 'react', kind: 'component' }] as const,
  ),
]);

/** Files whose exports a framework calls. */
export const files: readonly {
  readonly framework: string;
  readonly kind: EntryKind;
  readonly path: RegExp;
  readonly exports: RegExp;
  readonly imports?: string;
}[] = [
  {
    framework: 'next',
    kind: 'request',
    path: /(?:^|\/)app\/(?:.*\/)?route\.[cm]?[jt]sx?$/,
    exports: /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/,
  },
  { framework: 'next', kind: 'request', path: /(?:^|\/)pages\/api\/.*\.[cm]?[jt]sx?$/, exports: /^default$/ },
  {
    framework: 'next',
    kind: 'request',
    path: /(?:^|\/)pages\/.*\.[jt]sx?$/,
    exports: /^(?:getServerSideProps|getStaticProps|getStaticPaths|getInitialProps)$/,
  },
  { framework: 'next', kind: 'component', path: /(?:^|\/)pages\/.*\.[jt]sx?$/, exports: /^default$/ },
  {
    framework: 'next',
    kind: 'request',
    path: /(?:^|\/)app\/(?:.*\/)?(?:page|layout|template|default|loading|error|not-found|sitemap|robots|opengraph-image)\.[jt]sx?$/,
    exports: /^(?:default|generateMetadata|generateStaticParams)$/,
  },
  { framework: 'next', kind: 'request', path: /(?:^|\/)(?:src\/)?middleware\.[jt]s$/, exports: /^(?:default|middleware)$/ },
  { framework: 'next', kind: 'start-up', path: /(?:^|\/)instrumentation\.[jt]s$/, exports: /^register$/ },
  {
    framework: 'remix',
    kind: 'request',
    path: /(?:^|\/)(?:app\/)?routes\/.*\.[jt]sx?$|(?:^|\/)app\/root\.[jt]sx$/,
    exports: /^(?:loader|action|headers|meta)$/,
  },
  {
    framework: 'remix',
    kind: 'component',
    path: /(?:^|\/)app\/routes\/.*\.[jt]sx$|(?:^|\/)app\/root\.[jt]sx$/,
    exports: /^(?:default|ErrorBoundary|clientLoader|clientAction)$/,
  },
  {
    framework: 'sveltekit',
    kind: 'request',
    path: /(?:^|\/)\+(?:server|page\.server|layout\.server|page|layout)\.[jt]s$/,
    exports: /^(?:load|actions|GET|POST|PUT|PATCH|DELETE)$/,
  },
  {
    framework: 'temporal',
    kind: 'job',
    path: /(?:^|\/)activit(?:y|ies)(?:\/.*)?(?:\.\w+)*\.[jt]s$/,
    exports: /./,
    imports: '@temporalio/',
  },
  {
    framework: 'graphile-worker',
    kind: 'job',
    path: /(?:^|\/)(?:tasks|jobs|crontab)\/.*\.[jt]s$/,
    exports: /^default$/,
    imports: 'graphile-worker',
  },
  { framework: 'aws-lambda', kind: 'request', path: /./, exports: /^handler$/, imports: 'aws-lambda' },
];
