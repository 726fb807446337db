/** Where a message stands in its room: "epoch-offset". Cursors of one room compare as pairs of numbers. */
export function compareCursors(a: string, b: string): number {
  const [epochA, offsetA] = parts(a);
  const [epochB, offsetB] = parts(b);
  return epochA - epochB || offsetA - offsetB;
}

function parts(cursor: string): [number, number] {
  const [epoch, offset] = cursor.split("-").map(Number);
  return [epoch ?? 0, offset ?? 0];
}
