import { asProblem, type Problem } from "../../../api/problem";
import { RoomLog, type RoomView } from "./room-log";

export interface RoomHandlers {
  onChange: (view: RoomView) => void;
  onProblem: (problem: Problem) => void;
}

/** A room that is on the screen, or that still has something to send. */
export interface OpenRoom {
  log: RoomLog;
  handlers: RoomHandlers | null;
  subscribed: boolean;
  onItsWay: string | null;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export function newRoom(myId: number): OpenRoom {
  return { log: new RoomLog(myId), handlers: null, subscribed: false, onItsWay: null, timer: undefined };
}

export function show(room: OpenRoom): void {
  room.handlers?.onChange(room.log.view());
}

export function freeTheWay(room: OpenRoom): void {
  clearTimeout(room.timer);
  room.onItsWay = null;
}

/** Chat is live even while history rests, so what cannot be read is said, and keeps nobody out. */
export async function readInto(room: OpenRoom, read: (log: RoomLog) => Promise<void>): Promise<void> {
  try {
    await read(room.log);
    show(room);
  } catch (thrown) {
    room.handlers?.onProblem(asProblem(thrown));
  }
}
