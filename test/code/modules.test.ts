import { describe, expect, test } from 'vitest';
import { configPaths, makeModules } from '../../src/code/modules.ts';

const make = (files: Record<string, string>) => {
  const paths = new Set(Object.keys(files));
  return makeModules({ paths, load: () => null, configs: new Map(configPaths(paths).map((path) => [path, files[path] as string])) });
};

describe('an import leads to a file', () => {
  test('by relative path, whatever the extension says', () => {
    const { resolve } = make({ 'src/a.ts': '', 'src/b/index.tsx': '', 'src/c.mts': '', 'src/d.jsx': '' });
    expect(resolve('./a', 'src/x.ts')).toBe('src/a.ts');
    expect(resolve('./a.js', 'src/x.ts')).toBe('src/a.ts');
    expect(resolve('../b', 'src/y/x.ts')).toBe('src/b/index.tsx');
    expect(resolve('..', 'src/b/deep/x.ts')).toBe('src/b/index.tsx');
    expect(resolve('./c.mjs', 'src/x.ts')).toBe('src/c.mts');
    expect(resolve('./nothing', 'src/x.ts')).toBeNull();
    expect(resolve('../../../etc/passwd', 'src/x.ts')).toBeNull();
  });

  test('by the paths of the nearest tsconfig, comments, trailing commas and extends included', () => {
    const { resolve } = make({
      'tsconfig.base.json': '{ /* base */ "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["libs/*/src"], } } } // end',
      'apps/web/tsconfig.json':
        '{ "extends": "../../tsconfig.base.json", "compilerOptions": { "paths": { "@/*": ["./src/*"], "//url": ["https://x"], }, "baseUrl": "." } }',
      'apps/api/tsconfig.json': '{ "extends": "../../tsconfig.base", }',
      'apps/web/src/db.ts': '',
      'libs/flags/src/index.ts': '',
    });
    expect(resolve('@/db', 'apps/web/src/pages/x.tsx')).toBe('apps/web/src/db.ts');
    expect(resolve('@lib/flags', 'apps/api/src/x.ts')).toBe('libs/flags/src/index.ts');
    expect(resolve('@lib/flags', 'apps/web/src/x.ts')).toBeNull();
  });

  test('by workspace package name, built files mapped back to their source', () => {
    const { resolve } = make({
      'packages/db/package.json': '{ "name": "@acme/db", "main": "./dist/index.js", "types": "./dist/index.d.ts" }',
      'packages/db/src/index.ts': '',
      'packages/db/src/client.ts': '',
      'packages/flags/package.json':
        '{ "name": "flags", "exports": { ".": { "types": "./dist/main.d.ts", "import": "./dist/main.mjs" }, "./keys/*": "./dist/keys/*.js" } }',
      'packages/flags/src/main.ts': '',
      'packages/flags/src/keys/web.ts': '',
      'node_modules/left/package.json': '{ "name": "left" }',
    });
    expect(resolve('@acme/db', 'apps/x.ts')).toBe('packages/db/src/index.ts');
    expect(resolve('@acme/db/client', 'apps/x.ts')).toBe('packages/db/src/client.ts');
    expect(resolve('flags', 'apps/x.ts')).toBe('packages/flags/src/main.ts');
    expect(resolve('flags/keys/web', 'apps/x.ts')).toBe('packages/flags/src/keys/web.ts');
    expect(resolve('left', 'apps/x.ts')).toBeNull();
    expect(resolve('react', 'apps/x.ts')).toBeNull();
  });

  test('by the aliases frameworks bring when no config says so', () => {
    const { resolve } = make({ 'apps/remix/app/db.server.ts': '', 'apps/remix/app/routes/x.ts': '', 'apps/next/src/lib/y.ts': '' });
    expect(resolve('~/db.server', 'apps/remix/app/routes/x.ts')).toBe('apps/remix/app/db.server.ts');
    expect(resolve('@/lib/y', 'apps/next/src/pages/z.ts')).toBe('apps/next/src/lib/y.ts');
  });

  test('never by a hostile name or a circle of configs', () => {
    const { resolve } = make({
      'tsconfig.json': '{ "extends": "./b.json" }',
      'package.json': '{ "name": "__proto__", "exports": "./x.ts" }',
      'x.ts': '',
    });
    expect(resolve('constructor', 'a.ts')).toBeNull();
    expect(resolve('__proto__', 'a.ts')).toBe('x.ts');
    expect(resolve('', 'a.ts')).toBeNull();
  });

  test('configs of dependencies are not read', () => {
    expect(configPaths(['a/package.json', 'node_modules/b/package.json', 'tsconfig.app.json', 'src/x.json'])).toEqual([
      'a/package.json',
      'tsconfig.app.json',
    ]);
  });
});
