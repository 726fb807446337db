/** Points as the `d` of an SVG path. */

import type { Point, Series } from "./numbers";

export interface Drawn {
  path: string;
  highest: number;
}

/** The time goes from left to right over the whole width, the highest value touches the top. Nulls leave a gap. */
export function drawn(points: readonly Point[], series: Series, width: number, height: number): Drawn {
  const values = points.map((point) => point[series]);
  const highest = Math.max(1, ...values.map((value) => value ?? 0));
  const from = points[0]?.at ?? 0;
  const spanMs = Math.max(1, (points.at(-1)?.at ?? 0) - from);
  let pen = "M";
  let path = "";
  points.forEach((point, index) => {
    const value = values[index];
    if (value === null || value === undefined) {
      pen = "M";
      return;
    }
    const x = (((point.at - from) / spanMs) * width).toFixed(1);
    const y = (height - (value / highest) * height).toFixed(1);
    path += `${pen}${x} ${y}`;
    pen = "L";
  });
  return { path, highest };
}
