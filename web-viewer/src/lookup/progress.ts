/** How far long work is, and when it will be done. */

export type Progress = {
  /** 0 to 1, `null` while the whole is not known. */
  share: number | null;
  perSecond: number | null;
  remainingS: number | null;
};

/** Shorter than this, a rate says nothing yet. */
const MEASURABLE_MS = 200;

export function progress(done: number, total: number | null, elapsedMs: number): Progress {
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  if (elapsedMs < MEASURABLE_MS || done === 0) return { share, perSecond: null, remainingS: null };
  const perSecond = (done * 1000) / elapsedMs;
  const remainingS = total === null ? null : Math.max(0, total - done) / perSecond;
  return { share, perSecond, remainingS };
}
