/** The words of bench/removals.mjs: a line per commit, and the sum. */

const share = (part, whole) => (whole === 0 ? '–' : `${part}/${whole} (${((100 * part) / whole).toFixed(1)} %)`);
const isModified = ({ status }) => status === 'M';

/** The files of a commit, by what they have to do with the key. */
export const groups = {
  'production files that call the flag': (one) => isModified(one) && one.kind === 'production' && one.use === 'call',
  'production files that read it off all flags': (one) => isModified(one) && one.kind === 'production' && one.use === 'read',
  'production files that only name it': (one) => isModified(one) && one.kind === 'production' && one.use === 'name',
  'tests that name it': (one) => isModified(one) && one.kind === 'test' && one.use !== 'none',
  'production files without the key': (one) => isModified(one) && one.kind === 'production' && one.use === 'none',
  'tests without the key': (one) => isModified(one) && one.kind === 'test' && one.use === 'none',
};
const isDeleted = ({ status }) => status === 'D';

/** One commit in one line. */
export function lineOf({ sha, key, value, files, extra, left, crash, seconds, diagnostics }) {
  const count = (which) => {
    const all = files.filter(which);
    return `${all.filter(({ isExact }) => isExact).length}/${all.length}`;
  };
  const [calls, reads, names, tests, rest] = Object.values(groups).map(count);
  const deleted = files.filter(isDeleted);
  const broken = [...files, ...extra].filter((one) => !one.isParsable).length;
  const parts = [
    `calls ${calls}`,
    ...(reads === '0/0' ? [] : [`reads ${reads}`]),
    `names ${names}`,
    `tests ${tests}`,
    `cascade ${rest}`,
    `deleted ${deleted.filter(({ isGone }) => isGone).length}/${deleted.length}`,
    `extra ${extra.length}`,
    `left ${left.length}`,
    ...((diagnostics?.length ?? 0) > 0 ? [`NEW DIAGNOSTICS ${diagnostics.length}`] : []),
    ...(broken > 0 ? [`UNPARSABLE ${broken}`] : []),
    `${seconds} s`,
  ];
  return `${sha} ${key} ${value}: ${crash === null ? parts.join(', ') : `CRASH ${crash}`}`;
}

/** All commits in a few lines. */
export function summary(results) {
  const files = results.flatMap((one) => one.files);
  const extra = results.flatMap((one) => one.extra);
  const lines = [`\n${results.length} commits, ${files.length} files of code`];
  for (const [name, which] of Object.entries(groups)) {
    const all = files.filter(which);
    const [exact, handled] = [all.filter((one) => one.isExact), all.filter((one) => one.isKeyGone && one.isParsable)];
    lines.push(
      `${name}: exact ${share(exact.length, all.length)}${/name it|call|read/.test(name) ? `, key gone ${share(handled.length, all.length)}` : ''}`,
    );
  }
  const calls = files.filter(groups['production files that call the flag']);
  for (const ending of ['.ts', '.tsx']) {
    const all = calls.filter(({ file }) => file.endsWith(ending));
    lines.push(`  of them ${ending}: exact ${share(all.filter(({ isExact }) => isExact).length, all.length)}`);
  }
  const deleted = files.filter(isDeleted);
  const named = deleted.filter(({ use }) => use !== 'none');
  lines.push(
    `files the human deleted: ${share(deleted.filter(({ isGone }) => isGone).length, deleted.length)}, of those with the key ${share(named.filter(({ isGone }) => isGone).length, named.length)}`,
    `deleted and the human did not: ${files.filter((one) => one.isGone && one.status !== 'D').length + extra.filter(({ isGone }) => isGone).length}`,
    `changed and the human did not: ${extra.length}`,
    `unparsable: ${[...files, ...extra].filter((one) => !one.isParsable).length}`,
    `crashes: ${results.filter(({ crash }) => crash !== null).length}`,
    `commits with new diagnostics: ${results.some(({ diagnostics }) => diagnostics === null) ? 'not asked (--types)' : results.filter(({ diagnostics }) => diagnostics.length > 0).length}`,
    `seconds: ${results.reduce((sum, one) => sum + one.seconds, 0)}`,
  );
  return lines.join('\n');
}
