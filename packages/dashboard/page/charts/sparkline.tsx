import type { JsonAnswer } from '../server.ts';

/** A small line without axes; decoration beside a number. Missing points break the line. */
export function Sparkline({ answer }: { readonly answer: JsonAnswer | undefined }) {
  const points = answer?.series[0];
  if (points === undefined || points.t.length < 2) return <svg class="spark" aria-hidden="true" />;
  const first = points.t[0] ?? 0;
  const span = (points.t[points.t.length - 1] ?? 1) - first || 1;
  const known = points.v.filter((value): value is number => value !== null);
  const high = Math.max(...known, 1e-12);
  const usual = span / (points.t.length - 1);
  let path = '';
  points.v.forEach((value, at) => {
    const t = points.t[at] ?? 0;
    if (value === null) return;
    const isGap = path === '' || t - (points.t[at - 1] ?? t) > usual * 3 || points.v[at - 1] === null;
    path += `${isGap ? 'M' : 'L'}${(((t - first) / span) * 100).toFixed(1)} ${(23 - (value / high) * 21).toFixed(1)}`;
  });
  return (
    <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      <path d={path} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
