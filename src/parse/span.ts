/**
 * Where something stands in a file.
 * Lines and columns are 1-based, columns count UTF-16 units, the end is exclusive: the form every report uses.
 */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A span in a named file, with forward slashes, relative to the repository's root. */
export interface Location extends Span {
  readonly file: string;
}
