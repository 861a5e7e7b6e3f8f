/**
 * Files that hold both directions (dbmate, goose, sql-migrate, node-pg-migrate, tern, MyBatis): the down part is replaced by spaces.
 * Invariants: length and line breaks stay, so every position in the rest stays true.
 */

const UP = /^[ \t]*--+[ \t]*(?:migrate:up|\+(?:goose|migrate|micrate)[ \t]+up|up[ \t]+migration)\b/i;
const DOWN =
  /^[ \t]*--+[ \t]*(?:migrate:down|\+(?:goose|migrate|micrate)[ \t]+down|down[ \t]+migration|create above[ \t]*\/[ \t]*drop below|\/\/[ \t]*@undo)\b/i;
/** Bare words mark sections only where both stand alone on a line. */
const BARE_UP = /^[ \t]*--+[ \t]*!?up[ \t]*:?[ \t]*\r?$/i;
const BARE_DOWN = /^[ \t]*--+[ \t]*!?(?:down|rollback)[ \t]*:?[ \t]*\r?$/i;

const blank = (line: string): string => line.replace(/[^\r\n]/g, ' ');

/** Replaces down sections by spaces. */
export const blankDown = (text: string): string => {
  if (!/down|undo|drop below|rollback/i.test(text)) return text;
  const lines = text.split(/(?<=\n)/);
  const bare = lines.some((line) => BARE_UP.test(line.trimEnd())) && lines.some((line) => BARE_DOWN.test(line.trimEnd()));
  let isDown = false;
  return lines
    .map((line) => {
      const own = line.trimEnd();
      if (DOWN.test(own) || (bare && BARE_DOWN.test(own))) isDown = true;
      else if (UP.test(own) || (bare && BARE_UP.test(own))) isDown = false;
      return isDown ? blank(line) : line;
    })
    .join('');
};
