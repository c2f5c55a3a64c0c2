/** The states every list has: loading, empty, error. */
import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../api/client";
import { say, t } from "../i18n/translate";

/** Shorter waits show nothing, so that quick answers do not flicker. */
const PATIENCE_MS = 200;

export function Skeleton({ rows }: { rows: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div class="skeleton" role="status" aria-label={t("state.loading")}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} />
      ))}
    </div>
  );
}

export function reason(failure: Failure): string {
  if (failure.detail !== null) return say(failure.detail);
  if (failure.status === null) return t("state.offline");
  return failure.title ?? t("state.status", { status: failure.status });
}

export function Failed({ failure, retry }: { failure: Failure; retry: (() => Promise<void>) | null }) {
  return (
    <div class="failed" role="alert">
      <strong>{t("state.failed")}</strong>
      <p>{reason(failure)}</p>
      {failure.requestId !== null && <p class="quiet">{t("state.request", { id: failure.requestId })}</p>}
      {retry !== null && (
        <button type="button" class="primary" onClick={() => void retry()}>
          {t("state.retry")}
        </button>
      )}
    </div>
  );
}
