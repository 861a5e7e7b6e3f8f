/** What a command may touch of the world around it, so that tests can hand in another. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface Io {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Colour: what the option says, else what the environment says, else whether a terminal reads. */
export function wantsColor({ env, stdout }: Io, option: boolean): boolean {
  if (!option || (env.NO_COLOR ?? '') !== '') return false;
  const forced = env.FORCE_COLOR ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  return stdout.isTTY === true && env.TERM !== 'dumb';
}

/** Says on a terminal what is being done, from the second second on. */
export interface Progress {
  stage(name: string): void;
  end(): void;
}

const patience = 1_000;
const eraseLine = '\r\u001b[2K';

export function progressOn({ stderr }: Io): Progress {
  if (stderr.isTTY !== true) return { stage: () => {}, end: () => {} };
  let stage = '';
  let isShown = false;
  const show = () => {
    isShown = true;
    stderr.write(`${eraseLine}${stage} …`);
  };
  const timer = setTimeout(show, patience);
  timer.unref();
  return {
    stage(name) {
      stage = name;
      if (isShown) show();
    },
    end() {
      clearTimeout(timer);
      if (isShown) stderr.write(eraseLine);
    },
  };
}
