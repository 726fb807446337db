import type { Point, Series } from "./numbers";
import { drawn } from "./plot-path";

const WIDTH = 320;
const HEIGHT = 72;

/** One number over the drop. The value is text beside it, so a screen reader needs the title only. */
export function Plot({ title, points, series }: { title: string; points: readonly Point[]; series: Series }) {
  const { path, highest } = drawn(points, series, WIDTH, HEIGHT);
  const newest = points.at(-1)?.[series];
  return (
    <figure className="plot">
      <figcaption>
        <span>{title}</span> <b>{newest?.toLocaleString("ko-KR") ?? "–"}</b>
      </figcaption>
      <svg viewBox={`0 -3 ${WIDTH} ${HEIGHT + 6}`} preserveAspectRatio="none" role="img" aria-label={title}>
        <path className="base" d={`M0 ${HEIGHT}H${WIDTH}`} />
        <path d={path} />
      </svg>
      <small className="faint">max {highest.toLocaleString("ko-KR")}</small>
    </figure>
  );
}
