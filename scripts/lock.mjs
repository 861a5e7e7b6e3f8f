/**
 * Makes each package-lock.json whole: a registry that serves only some platforms leaves the binaries of the others out, and then
 * `npm ci` refuses the lock file everywhere. Adds an entry for each optional package that is missing, and removes addresses of
 * registries. Run it after changing a dependency; a test says when it is due.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const files = ['../package-lock.json', '../test/oracles/package-lock.json'];
const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix'];
const processors = ['arm64', 'arm', 'ia32', 'x64', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el'];

for (const file of files) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  writeFileSync(path, `${JSON.stringify(whole(JSON.parse(readFileSync(path, 'utf8'))), null, 2)}\n`);
}

function whole(lock) {
  for (const [path, entry] of Object.entries(lock.packages)) {
    delete entry.resolved;
    if (path === '') continue;
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const isThere = `${path}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages;
      if (!isThere && /^\d+\.\d+\.\d+$/.test(version)) lock.packages[`node_modules/${name}`] = entryOf(name, version, entry);
    }
  }
  return { ...lock, packages: Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** What npm would have written, but for the checksum; which platform a package is for is in its name. */
function entryOf(name, version, { dev, license, engines }) {
  const words = name.split(/[-/]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  const libc =
    words.includes('musl') || words.includes('musleabihf')
      ? ['musl']
      : words.includes('gnu') || words.includes('gnueabihf')
        ? ['glibc']
        : [];
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(dev && { dev }),
    ...(os.includes('linux') && libc.length > 0 && { libc }),
    ...(license && { license }),
    optional: true,
    ...(os.length > 0 && { os }),
    ...(engines && { engines }),
  };
}
