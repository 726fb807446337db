/** Put values into the {blanks} of a sentence; numbers get their thousands separators. */
export function fill(sentence: string, values: Readonly<Record<string, unknown>>): string {
  return sentence.replace(/\{(\w+)\}/g, (blank, name: string) => {
    const value = values[name];
    if (value === undefined || value === null) return blank;
    return typeof value === "number" ? value.toLocaleString("ko-KR") : String(value);
  });
}
