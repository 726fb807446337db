/** The frames of WS /ws/v1/chat (docs/api.md, "Chat"). */

import type { ProblemDocument } from "../../../api/problem";
import type { ChatMessage } from "../../../api/types";

export type ClientFrame =
  | { type: "subscribe"; id: number; room_id: string; after: string | null }
  | { type: "unsubscribe"; id: number; room_id: string }
  | { type: "send"; id: number; room_id: string; client_message_id: string; text: string }
  | { type: "ping"; id: number };

export type ServerFrame =
  | ({ type: "message" } & ChatMessage)
  | { type: "subscribed"; reply_to: number; room_id: string; recovered: boolean; cursor: string | null }
  | { type: "unsubscribed"; reply_to: number; room_id: string }
  | { type: "ack"; reply_to: number; room_id: string; client_message_id: string; cursor: string }
  | { type: "pong"; reply_to: number }
  | { type: "problem"; reply_to: number | null; problem: ProblemDocument };

export const MAX_TEXT_LENGTH = 2_000;
