/** The frames of WS /ws/v1/chat, as docs/chat-asyncapi.json has them. */

export type { ClientFrame, ServerFrame } from "../../../api/generated/chat";

export const MAX_TEXT_LENGTH = 2_000;
