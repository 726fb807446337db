"""The WebSocket: frames in, one rule each, frames out."""
