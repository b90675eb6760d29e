// SPDX-License-Identifier: Apache-2.0
// How contestants are timed and compared; the same for every workload. A contestant is { who, run, users, nRight }: run
// verifies one code for each of the users and says, at once or by a promise, how many were accepted.

const PASS_S = 0.1;

export function expectCount(who, got, wanted) {
  if (got !== wanted) throw new Error(`${who}: accepted ${got} codes, not ${wanted}`);
}

/** Verifications per second. */
async function timed({ who, run, users, nRight }, repeats) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < repeats; i++) {
    const found = run();
    expectCount(who, typeof found === "number" ? found : await found, nRight);
  }
  return (users * repeats) / (Number(process.hrtime.bigint() - start) / 1e9);
}

/**
 * Passes of the contestants take turns, so that a busy neighbour meets all alike. Each pass goes through the users as
 * often as a tenth of a second allows, at least once: else the fastest would be timed on caches that the slowest has
 * just emptied. The first ones warm up.
 */
export async function measure(workload, contestants, { warmups, passes }) {
  const all = [];
  for (const one of contestants) {
    let repeats = 1;
    for (let i = 0; i < warmups; i++) {
      repeats = Math.floor(((await timed(one, repeats)) / one.users) * PASS_S) + 1;
    }
    all.push({ one, repeats, rates: [] });
  }
  for (let pass = 0; pass < passes; pass++) {
    for (const { one, repeats, rates } of all) rates.push(await timed(one, repeats));
  }
  return all.map(({ one: { who, users }, rates }) => {
    const sorted = rates.sort((a, b) => a - b);
    return { workload, who, users, min: sorted[0], median: sorted[sorted.length >> 1], max: sorted[sorted.length - 1] };
  });
}

/** A claim is [ours, peer, target]: so many times as fast; without a target (null) the ratio is only told. */
export function ratiosOf(rows, claims) {
  const rate = (workload, who) => rows.find((row) => row.workload === workload && row.who === who).median;
  return [...new Set(rows.map((row) => row.workload))].flatMap((workload) =>
    claims.map(([ours, peer, target]) => {
      const ratio = rate(workload, ours) / rate(workload, peer);
      return { workload, what: `${ours} / ${peer}`, ratio, target, ok: target === null || ratio >= target };
    }),
  );
}

export function report(rows, ratios) {
  const number = (x, width) => Math.round(x).toLocaleString("en-US").padStart(width);
  const heads = ["min", "median", "max"].map((s) => s.padStart(12)).join(" ");
  console.log(`${"verifications per second".padEnd(46)} ${"users".padStart(10)} ${heads}`);
  for (const { workload, who, users, min, median, max } of rows) {
    const numbers = [min, median, max].map((rate) => number(rate, 12)).join(" ");
    console.log(`${`${workload}: ${who}`.padEnd(46)} ${number(users, 10)} ${numbers}`);
  }
  for (const { workload, what, ratio, target, ok } of ratios) {
    const verdict = target === null ? "no target" : `target ${target}: ${ok ? "ok" : "missed"}`;
    console.log(`${`${workload}: ${what}`.padEnd(70)} ${ratio.toFixed(1).padStart(7)} times, ${verdict}`);
  }
}
