/**
 * Firebase Remote Config: a template (`GET /v1/projects/{id}/remoteConfig`). A parameter has a default value and values under
 * conditions; `updateTime` is of the whole template.
 */
import { everyone, type Outcome, outcomeOf, type Rule, UNKNOWN, whole } from '../state/everyone.ts';
import { lastly, recogniser, stateOf } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { entriesOf, instantOf, type Json, objectOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';

const source: Source = {
  id: 'firebase-remote-config',
  title: 'Firebase Remote Config',
  providers: ['firebase-remote-config'],
  recognises: recogniser('firebase-remote-config', (document) =>
    [document.parameters, ...entriesOf(document.parameterGroups).map(([, group]) => objectOf(group)?.parameters)].some((parameters) =>
      entriesOf(parameters).some(([, one]) =>
        ['defaultValue', 'conditionalValues'].some((name) => objectOf(objectOf(one)?.[name]) !== null),
      ),
    ),
  ),
  read(document) {
    const root = objectOf(document);
    if (root === null) return { ok: false, problem: 'It is no mapping.' };
    const groups = entriesOf(root.parameterGroups).map(([, group]) => objectOf(group)?.parameters);
    const changed = { at: instantOf(textOf(objectOf(root.version)?.updateTime)), from: 'modified' as const };
    const parameters = [root.parameters, ...groups].flatMap(entriesOf);
    const flags = parameters.map(([key, parameter]) => {
      const walked = everyone(rulesOf(objectOf(parameter) ?? {}));
      return flagRecord(key, source.id, [stateOf('', walked, changed)], { type: textOf(objectOf(parameter)?.valueType) });
    });
    return { ok: true, flags, complete: ['firebase-remote-config'] };
  },
  api: null,
};

function rulesOf(parameter: Json): readonly Rule[] {
  const serves = (given: unknown): Outcome => {
    const value = textOf(objectOf(given)?.value);
    if (value === null) return UNKNOWN;
    const isSwitch = parameter.valueType === 'BOOLEAN' && (value === 'true' || value === 'false');
    return outcomeOf(isSwitch ? value === 'true' : value);
  };
  const isKnown = parameter.conditionalValues === undefined || objectOf(parameter.conditionalValues) !== null;
  const conditions = isKnown ? entriesOf(parameter.conditionalValues) : [['?', null] as const];
  return [
    ...conditions.map(
      ([name, value]): Rule => ({ kind: 'rule', name: `the condition ${name}`, matches: 'some', shares: whole(serves(value)) }),
    ),
    lastly(serves(parameter.defaultValue), 'the default value'),
  ];
}

export default source;
