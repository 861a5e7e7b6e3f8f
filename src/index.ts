/** The library: what `dropgate check` does, without a command line. */

export type { Config } from './config/types.ts';
export { UsageError } from './parse/errors.ts';
export type { Evidence, Finding, Report, Severity, Stage, Subject, Summary } from './report/finding.ts';
export type { CheckOptions } from './run.ts';
export { check } from './run.ts';
