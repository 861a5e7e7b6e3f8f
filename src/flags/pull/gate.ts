/** Lets a few requests run at once, and no more a second than allowed. Input: work to be done. Output: its results. */
import type { Clock } from './http.ts';

export interface Gate {
  pass<Value>(work: () => Promise<Value>): Promise<Value>;
  /** How long requests have had to wait for their turn because of the rate, in milliseconds. */
  waited(): number;
}

export function gateOf(atOnce: number, perSecond: number | null, clock: Clock, closing: AbortSignal): Gate {
  const queue: (() => void)[] = [];
  const gap = perSecond === null ? 0 : 1000 / perSecond;
  let running = 0;
  let next = Number.NEGATIVE_INFINITY;
  let waited = 0;

  /** The next free moment: each caller takes one. */
  const turn = async (): Promise<void> => {
    if (gap === 0 || closing.aborted) return;
    const now = clock.now();
    const wait = Math.max(0, next - now);
    next = Math.max(next, now) + gap;
    // Turns follow each other: only the time from one to the next is new.
    waited += Math.min(wait, gap);
    if (wait > 0) await clock.sleep(wait, closing);
  };
  const enter = (): Promise<void> => {
    if (running < atOnce) {
      running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => queue.push(resolve));
  };
  const leave = (): void => {
    const first = queue.shift();
    if (first === undefined) running -= 1;
    else first();
  };
  return {
    waited: () => waited,
    async pass(work) {
      await enter();
      try {
        await turn();
        return await work();
      } finally {
        leave();
      }
    },
  };
}
