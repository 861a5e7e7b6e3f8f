/** `npm start`: tells the story of fixtures/examples, change by change, with what Dropgate says to each. */
import { isAsExpected, playStory, verdicts } from './story.mjs';

const isColored = (process.stdout.isTTY === true || Boolean(process.env.FORCE_COLOR)) && !process.env.NO_COLOR;
const paint = (code, text) => (isColored ? `\u001b[${code}m${text}\u001b[0m` : text);
const marks = { error: paint('1;31', 'error'), warning: paint('1;33', 'warning'), note: paint('1;34', 'note') };

console.log(`\n${paint(1, 'How users.email becomes user_emails.address, and what `dropgate check` says to each change')}\n`);
let number = 0;
let wrong = 0;
playStory((result) => {
  if (result.step.check !== null) number++;
  tell(result);
});
console.log(
  wrong === 0
    ? `${number} changes judged as they should be. The files are in fixtures/examples; the rules: node bin/dropgate.js rules`
    : `${wrong} of ${number} changes were not judged as they should be.`,
);
process.exitCode = wrong === 0 ? 0 : 1;

function tell(result) {
  const { step, findings, problem } = result;
  const date = paint(2, step.now.slice(0, 10));
  if (step.check === null) {
    console.log(`     ${date}  ${step.title}.\n`);
    return;
  }
  console.log(`${String(number).padStart(3)}. ${date}  ${step.title}.`);
  const options = step.check.length === 0 ? '' : ` ${step.check.join(' ')}`;
  const shown = findings.filter(({ severity }) => severity !== 'note');
  if (shown.length === 0 && problem === '') console.log(`     ${paint(2, `dropgate check${options}:`)} ${paint(32, 'clean')}`);
  else console.log(`     ${paint(2, `dropgate check${options}:`)}`);
  for (const { severity, rule, message, file, line } of shown) {
    console.log(`       ${marks[severity]} ${paint(1, rule)}  ${message}\n         ${paint(2, `${file}:${line}`)}`);
  }
  if (!isAsExpected(result)) {
    wrong++;
    const expected = verdicts(step.expect);
    console.log(
      paint(
        '1;31',
        `       expected: ${expected.length === 0 ? 'clean' : expected.join('; ')}${problem === '' ? '' : `\n       ${problem}`}`,
      ),
    );
  }
  console.log('');
}
