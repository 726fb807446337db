/** Time left, as d:hh:mm:ss without needless zeros in front. Not announced each second; the words beside it are. */
export function Countdown({ until, now }: { until: string; now: number }) {
  return (
    <time className="countdown" dateTime={until} role="timer" aria-live="off">
      {left(Date.parse(until) - now)}
    </time>
  );
}

function left(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const two = (value: number): string => String(value).padStart(2, "0");
  const clock = `${two(minutes)}:${two(seconds % 60)}`;
  if (days > 0) return `${days}d ${two(hours)}:${clock}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}
