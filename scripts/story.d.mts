export interface Expected {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly subject: { readonly kind: string; readonly key?: string; readonly table?: string; readonly name?: string };
}

export interface Step {
  readonly name: string;
  readonly title: string;
  readonly now: string;
  readonly check: readonly string[] | null;
  readonly merge: boolean;
  readonly delete: readonly string[];
  readonly expect: readonly Expected[];
}

export interface Result {
  readonly step: Step;
  readonly exitCode: number | null;
  readonly findings: readonly (Expected & { readonly message: string; readonly file: string; readonly line: number })[];
  readonly problem: string;
}

export function readSteps(): Step[];
export function playStory(onResult: (result: Result) => void): void;
export function verdicts(findings: readonly Expected[]): string[];
export function isAsExpected(result: Result): boolean;
