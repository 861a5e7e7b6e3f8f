declare module 'flow-remove-types' {
  /** Replaces Flow's types by spaces; throws where the source is no Flow. */
  export default function flowRemoveTypes(source: string, options: { readonly all: boolean }): { toString(): string };
}
