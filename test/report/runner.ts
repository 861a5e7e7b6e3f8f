/**
 * What the GitHub Actions runner makes of a step's output: a port of ActionCommand.TryParseV2 and TryParse, and of the
 * stop-commands state of ActionCommandManager.
 */
export interface Command {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

const known = new Set([
  'error',
  'warning',
  'notice',
  'debug',
  'group',
  'endgroup',
  'add-mask',
  'add-matcher',
  'remove-matcher',
  'save-state',
  'set-output',
  'set-env',
  'add-path',
  'echo',
  'stop-commands',
]);

export function obeyed(output: string): Command[] {
  const commands: Command[] = [];
  let token: string | null = null;
  for (const line of output.split(/\r\n|\n|\r/)) {
    const command: Command | null = parseV2(line, token) ?? parseV1(line);
    if (command === null) continue;
    if (token !== null) {
      if (command.name === token) token = null;
      continue;
    }
    commands.push(command);
    if (command.name === 'stop-commands') token = command.data;
  }
  return commands;
}

function parseV2(line: string, token: string | null): Command | null {
  const message = line.trimStart();
  if (!message.startsWith('::')) return null;
  const end = message.indexOf('::', 2);
  if (end < 0) return null;
  const [name, properties] = head(message.slice(2, end), ',');
  if (!known.has(name.toLowerCase()) && name !== token) return null;
  return {
    name: name.toLowerCase(),
    properties: new Map(properties.map(([key, value]) => [key, unescapeProperty(value)])),
    data: unescapeData(message.slice(end + 2)),
  };
}

function parseV1(line: string): Command | null {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return null;
  const [name] = head(line.slice(start + 3, end), ';');
  return known.has(name.toLowerCase()) ? { name: name.toLowerCase(), properties: new Map(), data: line.slice(end + 1) } : null;
}

function head(text: string, separator: string): [string, [string, string][]] {
  const space = text.indexOf(' ');
  if (space < 0) return [text, []];
  const properties = text
    .slice(space + 1)
    .trim()
    .split(separator)
    .filter((part) => part !== '');
  return [
    text.slice(0, space),
    properties.map((part) => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals), part.slice(equals + 1)];
    }),
  ];
}

const unescapeData = (text: string): string => text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');

const unescapeProperty = (text: string): string =>
  text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
