/** A fixed pseudo-random draw (mulberry32), so that what is read by hand can be drawn again. */
export function draw(list, count, seed) {
  let a = seed;
  const random = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return list
    .map((item) => [random(), item])
    .sort((x, y) => x[0] - y[0])
    .slice(0, count)
    .map(([, item]) => item);
}
