/** Names as ORMs make them from names in code. */

/** `createdAt`, `UserID`: `created_at`, `user_id`. */
export const snakeCase = (name: string): string =>
  name
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
    .replace(/[\s-]+/g, '_')
    .toLowerCase();

/** `user_id`, `User id`: `userId`. */
export const camelCase = (name: string): string =>
  name.replace(/[_\s-]+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/^[A-Z]/, (letter) => letter.toLowerCase());

export const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** Each candidate once, in order. */
export const candidates = (...names: readonly string[]): readonly string[] => [...new Set(names)];
