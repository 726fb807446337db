import { useLayoutEffect, useRef } from "react";
import type { RoomView } from "./conversation/room-log";

/** Keep the newest in sight, unless the reader scrolled up; keep the place while older ones come in above. */
export function useStaysAtEnd(view: RoomView | null) {
  const scroller = useRef<HTMLElement>(null);
  const before = useRef({ height: 0, oldest: "" });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || view === null) return;
    const oldest = view.messages[0]?.cursor ?? "";
    const { height, oldest: oldestBefore } = before.current;
    const wasAtEnd = height - element.scrollTop - element.clientHeight < 80;
    if (oldestBefore !== "" && oldest !== oldestBefore && !wasAtEnd) element.scrollTop += element.scrollHeight - height;
    else if (wasAtEnd || height === 0) element.scrollTop = element.scrollHeight;
    before.current = { height: element.scrollHeight, oldest };
  }, [view]);
  return scroller;
}
